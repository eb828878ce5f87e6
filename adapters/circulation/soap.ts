import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { CallObserver } from '../soap/call-observer.ts';
import { createSoapClient, type ResponseTo } from '../soap/client.ts';
import { type Clock, systemClock } from '../soap/policy/clock.ts';
import type { Limits } from '../soap/policy/limits.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { changesOf } from './changes.ts';
import type * as circ from './contract.generated.ts';
import type { Circulation } from './port.ts';
import { readsOf } from './reads.ts';
import { reasonOfCode } from './return-codes.ts';
import { Session } from './session.ts';
import { createWithSession } from './with-session.ts';

/** How long a refused login is remembered, in ms. Until then no call logs in, so that the account is not locked. */
const refusedLoginMs = 5_000;

/** How to reach CIRC, Circulation Control version 3. */
export interface CirculationSettings {
  /** The address of the system; http or https. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  /** How TLS connections are made; Node's defaults where it is absent. */
  readonly tls?: ClientTls;
  /** `defaultLimits` of `adapters/soap/policy/limits.ts` for those that are absent. */
  readonly limits?: Partial<Limits>;
  /** For deadlines, the delay before a retry, and how long a refused login is remembered; `systemClock` by default. */
  readonly clock?: Clock;
  readonly observer?: CallObserver;
}

/**
 * Circulation over SOAP. Reads the WSDL; connects and logs in at the first call. Disposing of it waits for the calls
 * under way.
 */
export async function createCirculation({
  url,
  user,
  password,
  tls,
  limits = {},
  clock = systemClock,
  observer = {},
}: CirculationSettings): Promise<Circulation & ByClass<Circulation> & AsyncDisposable> {
  const client = await createSoapClient<circ.Operations>({
    system: 'circulation',
    wsdl: new URL('./circulation.wsdl', import.meta.url),
    url,
    tls,
    limits,
    clock,
    observer,
    reads: [
      // A retried login may leave a session that nobody uses, and does no other harm.
      'Login',
      'GetLoans',
      'GetHolds',
      'GetCharges',
      'GetItems',
      'FindItems',
      'FindByRef',
      'ListEvents',
    ],
    reasonOf,
  });
  const session = new Session({
    // No caller's abort ends it, because calls of every class may wait for the same login.
    login: async () =>
      (await client.call('Login', { User: user, Password: password }, new AbortController().signal)).SID,
    clock: () => clock.now(),
    refusalMs: refusedLoginMs,
  });
  const withSession = createWithSession(session, client);
  const forClass = perClass((callClass): Circulation => {
    const calls = client.forClass(callClass);
    return { ...readsOf(calls, withSession), ...changesOf(calls, withSession) };
  });
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function reasonOf(response: ResponseTo<circ.Operations[keyof circ.Operations]>): UpstreamReason | null {
  // CIRC itself never sends a fault; a proxy may.
  return response.kind === 'fault' ? 'rejected' : reasonOfCode(response.reply.RC);
}
