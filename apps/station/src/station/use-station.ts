/** Checks whether this machine is a station, and whether the library can be reached. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

export interface Enrolled {
  readonly csrfToken: string;
  readonly name: string;
  readonly branch: string;
}

export type Enrolment =
  | { readonly state: 'loading' }
  /** `wasEnrolled` is whether the machine has been a station since the page was loaded. */
  | { readonly state: 'notEnrolled'; readonly wasEnrolled: boolean }
  | ({ readonly state: 'enrolled' } & Enrolled);

export interface Station {
  readonly enrolment: Enrolment;
  readonly isOnline: boolean;
  /** Checks with the server again. */
  check(): Promise<void>;
}

/**
 * The interval between checks, in ms. The checks show staff that the station runs. If the station was revoked, a check
 * finds that out before the next visit.
 */
const checkedEveryMs = 30_000;
/** The interval between checks while the library can't be reached, in ms. */
const triedEveryMs = 3_000;
const timeoutMs = 10_000;

type SessionAnswer = { readonly enrolled: false } | ({ readonly enrolled: true } & Enrolled);

/** @throws if the server can't be reached, or answers with an error */
async function readSession(): Promise<SessionAnswer> {
  const response = await fetch('/station/session', {
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    throw new Error(`${response.status} for the session`);
  }
  return (await response.json()) as SessionAnswer;
}

export function useStation(): Station {
  const [enrolment, setEnrolment] = useState<Enrolment>({ state: 'loading' });
  const [isOnline, setOnline] = useState(true);
  const underWay = useRef<Promise<void> | null>(null);

  const check = useCallback((): Promise<void> => {
    const ask = async () => {
      try {
        const { enrolled, ...session } = await readSession();
        setOnline(true);
        setEnrolment((before) => {
          if (enrolled) {
            return same(before, session as Enrolled);
          }
          const wasEnrolled =
            before.state === 'enrolled' || (before.state === 'notEnrolled' && before.wasEnrolled);
          return { state: 'notEnrolled', wasEnrolled };
        });
      } catch {
        setOnline(false);
      }
    };
    underWay.current ??= ask().finally(() => {
      underWay.current = null;
    });
    return underWay.current;
  }, []);

  useEffect(() => {
    void check();
    const timer = setInterval(() => void check(), isOnline ? checkedEveryMs : triedEveryMs);
    return () => clearInterval(timer);
  }, [check, isOnline]);

  useEffect(() => {
    const lost = () => setOnline(false);
    const found = () => void check();
    window.addEventListener('offline', lost);
    window.addEventListener('online', found);
    return () => {
      window.removeEventListener('offline', lost);
      window.removeEventListener('online', found);
    };
  }, [check]);

  return useMemo(() => ({ enrolment, isOnline, check }), [enrolment, isOnline, check]);
}

/** Returns the old state if nothing has changed, so that React doesn't render again. */
function same(before: Enrolment, { csrfToken, name, branch }: Enrolled): Enrolment {
  const isSame =
    before.state === 'enrolled' &&
    before.csrfToken === csrfToken &&
    before.name === name &&
    before.branch === branch;
  return isSame ? before : { state: 'enrolled', csrfToken, name, branch };
}

/** Enrols this machine. `enrolled` means that the server has set the station's cookie. Never rejects. */
export async function enrol(code: string): Promise<'enrolled' | 'wrong' | 'tooMany' | 'failed'> {
  try {
    const { ok, status } = await fetch('/station/enrol', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (ok) {
      return 'enrolled';
    }
    return status === 429 ? 'tooMany' : status >= 500 ? 'failed' : 'wrong';
  } catch {
    return 'failed';
  }
}
