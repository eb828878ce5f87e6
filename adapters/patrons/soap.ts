import { createSoapClient, type ResponseTo } from '../soap/client.ts';
import { type Clock, systemClock } from '../soap/policy/clock.ts';
import type { Limits } from '../soap/policy/limits.ts';
import { type ByClass, perClass, type UpstreamReason } from '../soap/port.ts';
import { addIdentityNumber, amendContact, register } from './changes.ts';
import type * as prs from './contract.generated.ts';
import type { PatronRegistry } from './port.ts';
import { findByDocument, findMany, search } from './reads.ts';

/** PRS, the Patron Registration System of 2004. It takes no login. */
export interface PatronRegistrySettings {
  /** http or https. */
  readonly url: string | URL;
  /** `defaultLimits` of `adapters/soap/policy/limits.ts` unless given. */
  readonly limits?: Partial<Limits>;
  /** For deadlines and the wait before a retry; the machine's unless given. */
  readonly clock?: Clock;
}

/** The patron registry over SOAP. Reads its WSDL; connects at the first call. Its calls under way end before it does. */
export async function createPatronRegistry({
  url,
  limits = {},
  clock = systemClock,
}: PatronRegistrySettings): Promise<PatronRegistry & ByClass<PatronRegistry> & AsyncDisposable> {
  const client = await createSoapClient<prs.Operations>({
    system: 'patron registry',
    wsdl: new URL('./patron-registry.wsdl', import.meta.url),
    url,
    limits,
    clock,
    reads: ['GetPatrons', 'FindPatron', 'SearchPatrons'],
    reasonOf,
  });
  const forClass = perClass((callClass): PatronRegistry => {
    const calls = client.forClass(callClass);
    return {
      findMany: (numbers, signal) => findMany(calls, numbers, signal),
      findByDocument: (document, signal) => findByDocument(calls, document, signal),
      search: (criteria, page, signal) => search(calls, criteria, page, signal),
      register: (patron, signal) => register(calls, patron, signal),
      amendContact: (number, version, changes, signal) =>
        amendContact(calls, number, version, changes, signal),
      addIdentityNumber: (number, identityNumber, signal) =>
        addIdentityNumber(calls, number, identityNumber, signal),
      async ping(signal) {
        await calls.call('GetPatrons', { PATRON_NO: ['P0000000'] }, signal);
      },
    };
  });
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** Every other code means nothing to a read. */
const reasonOfCode = { 'PRS-503': 'busy' } as const satisfies Record<string, UpstreamReason>;
const reasons: ReadonlyMap<string, UpstreamReason> = new Map(Object.entries(reasonOfCode));

function reasonOf(answer: ResponseTo<prs.Operations[keyof prs.Operations]>): UpstreamReason | null {
  if (answer.kind === 'reply') {
    return null;
  }
  return reasons.get(answer.detail?.CODE ?? '') ?? 'rejected';
}
