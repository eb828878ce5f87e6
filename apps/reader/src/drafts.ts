/**
 * What is typed into forms. It stays while the page is open, and also where the session ends in the middle of a form: while the
 * reader signs in again it is in the storage of this tab, and in no address. The same reader gets it back, within the quarter of an
 * hour that signing in may take; nobody else does. Whoever just leaves, at a machine that others use, leaves nothing behind.
 */
import { useCallback, useState } from 'react';

const storedAs = 'my-drafts';
const maxAwayMs = 15 * 60_000;

interface Stored {
  readonly patronId: string;
  readonly at: number;
  readonly typed: Readonly<Record<string, unknown>>;
}

/** By the form's name. */
let typed = new Map<string, unknown>();
/** Who was signed in last; null for nobody yet. */
let owner: string | null = null;

const read = (): Stored | null => {
  const text = sessionStorage.getItem(storedAs);
  return text === null ? null : (JSON.parse(text) as Stored);
};

const isExpired = ({ at }: Stored): boolean => Date.now() - at >= maxAwayMs;

/** Reads it once: from then on it is in the page alone. Empty where it is of somebody else, or too old. */
function takeStored(patronId: string): Map<string, unknown> {
  const stored = read();
  sessionStorage.removeItem(storedAs);
  const isTheirs = stored !== null && stored.patronId === patronId && !isExpired(stored);
  return new Map(isTheirs ? Object.entries(stored.typed) : []);
}

export const drafts = {
  isEmpty: (): boolean => typed.size === 0,
  /** Whether somebody was signed in since the page was loaded. */
  hasOwner: (): boolean => owner !== null,
  /** What is typed from now on is theirs; what somebody else has typed is gone. */
  belongTo(patronId: string): void {
    if (patronId !== owner) {
      typed = owner === null ? new Map([...typed, ...takeStored(patronId)]) : new Map();
      owner = patronId;
    }
  },
  /** To be called when the page is loaded: nobody has come back for those that are too old. */
  dropExpired(): void {
    const stored = read();
    if (stored !== null && isExpired(stored)) {
      sessionStorage.removeItem(storedAs);
    }
  },
  /** Before a reader whose session is over leaves to sign in again. */
  store(): void {
    if (owner !== null && typed.size > 0) {
      const stored: Stored = { patronId: owner, at: Date.now(), typed: Object.fromEntries(typed) };
      sessionStorage.setItem(storedAs, JSON.stringify(stored));
    }
  },
  /** At signing out. */
  forget(): void {
    typed = new Map();
    owner = null;
    sessionStorage.removeItem(storedAs);
  },
};

export interface Draft<Form extends object> {
  readonly form: Form;
  /** Changes some of the fields. */
  change(fields: Partial<Form>): void;
  /** Once it is sent, or given up. */
  clear(): void;
}

/** `initial`: what stands in the form before anything is typed. Only what is typed is kept. */
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
