import type { SoapClient } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as circ from './contract.generated.ts';
import type { Session } from './session.ts';

/** The result of a call that CIRC answered with "session unknown". Nothing was done. */
export const sessionExpired = Symbol('session expired');

/** Makes a call with the id of the shared session. */
export type WithSession = <Result>(
  call: (sessionId: string, signal: AbortSignal) => Promise<Result | typeof sessionExpired>,
  signal: AbortSignal,
) => Promise<Result>;

/**
 * Makes a call in the shared session. If CIRC doesn't know the session any more, makes the call once more in a new
 * session. One deadline covers both calls and the login. Even a change can safely be sent twice, because CIRC does
 * nothing for a request without a valid session.
 *
 *     GetLoans(SID=A) → RC 10        the session is unknown, after ten idle minutes
 *     Login           → SID=B        once, for all calls that got this answer
 *     GetLoans(SID=B) → RC 0         the answer; RC 10 again would be `rejected`
 */
export function createWithSession(
  session: Session,
  client: Pick<SoapClient<circ.Operations>, 'deadline' | 'waitFor'>,
): WithSession {
  return async (call, caller) => {
    using deadline = client.deadline(caller);
    const { signal } = deadline;
    // Other calls may wait for the same login, so this caller's signal ends only this wait.
    const firstId = await client.waitFor('Login', session.id(), signal);
    const firstResult = await call(firstId, signal);
    if (firstResult !== sessionExpired) {
      return firstResult;
    }
    const renewedId = await client.waitFor('Login', session.renew(firstId), signal);
    const secondResult = await call(renewedId, signal);
    if (secondResult !== sessionExpired) {
      return secondResult;
    }
    throw new UpstreamError(
      'circulation',
      'rejected',
      'CIRC does not know the session that it has just opened',
    );
  };
}
