/**
 * Stores what people type into forms, as drafts. Drafts last while the page is open. If the session ends in the middle
 * of a form, the person can leave the page to sign in again. Only then are the drafts stored in this tab, for 15
 * minutes, and only the same person gets them back. So a person who just leaves a shared computer leaves no stored
 * draft. Drafts are never in an address.
 */
import { useCallback, useState } from 'react';

const storedAs = 'drafts';
const maxAwayMs = 15 * 60_000;

interface Stored {
  readonly owner: string;
  readonly at: number;
  readonly typed: Readonly<Record<string, unknown>>;
}

/** Drafts by the form's name. */
let typed = new Map<string, unknown>();
/** The person who was signed in last; null before the first sign-in, and after a sign-out. */
let owner: string | null = null;

const read = (): Stored | null => {
  const text = sessionStorage.getItem(storedAs);
  return text === null ? null : (JSON.parse(text) as Stored);
};

const isExpired = ({ at }: Stored): boolean => Date.now() - at >= maxAwayMs;

/**
 * Removes the stored drafts of this person and returns them. The result is empty if the stored drafts are too old, or
 * belong to somebody else.
 */
function takeStored(person: string): Map<string, unknown> {
  const stored = read();
  sessionStorage.removeItem(storedAs);
  const isTheirs = stored !== null && stored.owner === person && !isExpired(stored);
  return new Map(isTheirs ? Object.entries(stored.typed) : []);
}

export const drafts = {
  isEmpty: (): boolean => typed.size === 0,
  /** Whether somebody has been signed in since the page was loaded, and has not signed out. */
  hasOwner: (): boolean => owner !== null,
  /**
   * Gives this person the drafts that have no owner yet, together with the person's stored drafts. If somebody else is
   * the owner, all drafts are dropped.
   */
  belongTo(person: string): void {
    if (person !== owner) {
      typed = owner === null ? new Map([...typed, ...takeStored(person)]) : new Map();
      owner = person;
    }
  },
  drop(name: string): void {
    typed.delete(name);
  },
  /** Drops stored drafts whose owner has not returned in time. Must be called when the page is loaded. */
  dropExpired(): void {
    const stored = read();
    if (stored !== null && isExpired(stored)) {
      sessionStorage.removeItem(storedAs);
    }
  },
  /** Stores the drafts. Must be called if the session has ended, before the person leaves the page to sign in again. */
  store(): void {
    if (owner !== null && typed.size > 0) {
      const stored: Stored = { owner, at: Date.now(), typed: Object.fromEntries(typed) };
      sessionStorage.setItem(storedAs, JSON.stringify(stored));
    }
  },
  /** Drops all drafts. Must be called when somebody signs out. */
  forget(): void {
    typed = new Map();
    owner = null;
    sessionStorage.removeItem(storedAs);
  },
};

export interface Draft<Form extends object> {
  readonly form: Form;
  change(fields: Partial<Form>): void;
  /** Drops the draft. Must be called when the form was sent or given up. */
  clear(): void;
}

/** The draft of a form. `initial` contains the values before anything is typed. Only typed values are stored. */
export function useDraft<Form extends object>(name: string, initial: Form): Draft<Form> {
  const [own, setOwn] = useState(() => (typed.get(name) as Partial<Form> | undefined) ?? {});
  const change = useCallback(
    (fields: Partial<Form>) =>
      setOwn((before) => {
        const next = { ...before, ...fields };
        typed.set(name, next);
        return next;
      }),
    [name],
  );
  const clear = useCallback(() => {
    typed.delete(name);
    setOwn({});
  }, [name]);
  return { form: { ...initial, ...own }, change, clear };
}
