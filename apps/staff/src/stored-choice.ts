/**
 * A choice of the member of staff who is signed in. The choice is kept in the browser's storage, and forgotten at
 * sign-out.
 */
import { useSyncExternalStore } from 'react';

export interface StoredChoice<Value extends string> {
  /** Null if nothing is chosen. */
  current(): Value | null;
  choose(value: Value | null): void;
  forget(): void;
  /** Calls the listener after each change, even after a change in another tab, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/**
 * @param storage the tab's or the browser's storage
 * @param storedAs the key in the storage
 * @param isValue whether a stored text is still a value that can be chosen
 */
export function createStoredChoice<Value extends string>(
  storage: Storage,
  storedAs: string,
  isValue: (text: string) => text is Value,
): StoredChoice<Value> {
  const listeners = new Set<() => void>();
  const choose = (value: Value | null): void => {
    if (value === null) {
      storage.removeItem(storedAs);
    } else {
      storage.setItem(storedAs, value);
    }
    for (const listener of listeners) {
      listener();
    }
  };
  return {
    current() {
      const stored = storage.getItem(storedAs);
      return stored !== null && isValue(stored) ? stored : null;
    },
    choose,
    forget: () => choose(null),
    subscribe(listener) {
      listeners.add(listener);
      window.addEventListener('storage', listener);
      return () => {
        listeners.delete(listener);
        window.removeEventListener('storage', listener);
      };
    },
  };
}

export const useStoredChoice = <Value extends string>({
  subscribe,
  current,
}: StoredChoice<Value>): Value | null => useSyncExternalStore(subscribe, current);
