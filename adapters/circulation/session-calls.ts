import { CallFailure } from '../soap/policy/call-failure.ts';
import { type Deadline, untilAborted } from '../soap/policy/deadline.ts';
import { UpstreamError } from '../soap/port.ts';
import type { Session } from './session.ts';

/** CIRC's code for a session that has expired, or that it has forgotten: nothing was done. */
export const sessionUnknown = 10;

/** What a call comes to that was told so. */
export const expired = Symbol('session unknown');

/** A call in the session that all share. */
export type InSession = <T>(
  call: (sessionId: string, signal: AbortSignal) => Promise<T | typeof expired>,
  signal: AbortSignal,
) => Promise<T>;

/**
 * Once more in a new session where CIRC has forgotten the old one, all by one deadline. A change, too: what comes in no
 * session is not done.
 */
export function inSessionOf(session: Session, deadlineOf: (caller: AbortSignal) => Deadline): InSession {
  return async (call, caller) => {
    using deadline = deadlineOf(caller);
    const { signal } = deadline;
    const used = await joining(session.id(), signal);
    const first = await call(used, signal);
    if (first !== expired) {
      return first;
    }
    const renewed = await joining(session.renew(used), signal);
    const again = await call(renewed, signal);
    if (again !== expired) {
      return again;
    }
    throw new UpstreamError('circulation', 'rejected', 'a new session is unknown at once');
  };
}

/** Waits for a login that others may wait for, too, no longer than the signal says. */
async function joining<T>(login: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await untilAborted(login, signal);
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      throw error;
    }
    throw new UpstreamError('circulation', error.reason, `Login: ${error.detail}`);
  }
}
