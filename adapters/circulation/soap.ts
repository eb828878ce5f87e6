import { createSoapClient, type ResponseTo } from '../soap/client.ts';
import { type Clock, systemClock } from '../soap/policy/clock.ts';
import type { Limits } from '../soap/policy/limits.ts';
import { type ByClass, perClass, type UpstreamReason } from '../soap/port.ts';
import { changesOf } from './changes.ts';
import type * as circ from './contract.generated.ts';
import type { Circulation } from './port.ts';
import { readsOf } from './reads.ts';
import { Session } from './session.ts';
import { inSessionOf, sessionUnknown } from './session-calls.ts';

/** CIRC, Circulation Control version 3. */
export interface CirculationSettings {
  /** http or https. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  /** `defaultLimits` of `adapters/soap/policy/limits.ts` unless given. */
  readonly limits?: Partial<Limits>;
  /** For deadlines, the wait before a retry, and how long a refused login holds; the machine's unless given. */
  readonly clock?: Clock;
}

/** Circulation over SOAP. Reads its WSDL; connects and logs in at the first call. Its calls under way end before it. */
export async function createCirculation({
  url,
  user,
  password,
  limits = {},
  clock = systemClock,
}: CirculationSettings): Promise<Circulation & ByClass<Circulation> & AsyncDisposable> {
  const client = await createSoapClient<circ.Operations>({
    system: 'circulation',
    wsdl: new URL('./circulation.wsdl', import.meta.url),
    url,
    limits,
    clock,
    reads: [
      // Twice logged in leaves a session that nobody uses, and no more.
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
    // Whoever wants it may leave; others wait for it, too, of whatever class.
    login: async () =>
      (await client.call('Login', { User: user, Password: password }, new AbortController().signal)).SID,
    clock: () => clock.now(),
    refusalMs: 5_000,
  });
  const run = inSessionOf(session, (caller) => client.deadline(caller));
  const forClass = perClass((callClass): Circulation => {
    const calls = client.forClass(callClass);
    return { ...readsOf(calls, run), ...changesOf(calls, run) };
  });
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** 0 is success, 10 the session's affair; every other code means nothing to a read. */
const reasonOfCode = { 11: 'unauthorized', 90: 'busy' } as const satisfies Record<number, UpstreamReason>;
const reasons: ReadonlyMap<string, UpstreamReason> = new Map(Object.entries(reasonOfCode));

function reasonOf(answer: ResponseTo<circ.Operations[keyof circ.Operations]>): UpstreamReason | null {
  // CIRC itself never sends one.
  if (answer.kind === 'fault') {
    return 'rejected';
  }
  const { RC } = answer.reply;
  return RC === 0 || RC === sessionUnknown ? null : (reasons.get(String(RC)) ?? 'rejected');
}
