/**
 * The reason why this member of staff opens records, for the access log. Every request of the page has it. The reason
 * is stored in this tab, and forgotten at sign-out.
 */
import { useSyncExternalStore } from 'react';
import type { ReasonForAccess } from '../operations.generated.ts';
import { accessReasonWords } from '../words.ts';

const storedAs = 'staff-access-reason';
const listeners = new Set<() => void>();

const isReason = (text: string | null): text is ReasonForAccess =>
  text !== null && Object.hasOwn(accessReasonWords, text);

function current(): ReasonForAccess | null {
  const stored = sessionStorage.getItem(storedAs);
  return isReason(stored) ? stored : null;
}

function change(reason: ReasonForAccess | null): void {
  if (reason === null) {
    sessionStorage.removeItem(storedAs);
  } else {
    sessionStorage.setItem(storedAs, reason);
  }
  for (const listener of listeners) {
    listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const theReason = {
  choose: change,
  forget: () => change(null),
  headers: (): Readonly<Record<string, string>> => {
    const reason = current();
    return reason === null ? {} : { 'access-reason': reason };
  },
};

export const useReasonToLook = (): ReasonForAccess | null => useSyncExternalStore(subscribe, current);
