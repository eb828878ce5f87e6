import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { CallObserver } from '../soap/call-observer.ts';
import { createSoapClient, type ResponseTo } from '../soap/client.ts';
import { type Clock, systemClock } from '../soap/policy/clock.ts';
import type { Limits } from '../soap/policy/limits.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { addIdentityNumber, amendContact, amendPatron, register } from './changes.ts';
import type * as prs from './contract.generated.ts';
import { reasonOfFault } from './fault-codes.ts';
import type { PatronRegistry } from './port.ts';
import { findByDocument, findMany, search } from './reads.ts';

/** How to reach PRS, the Patron Registration System of 2004. It has no login. */
export interface PatronRegistrySettings {
  /** The address of the system; http or https. */
  readonly url: string | URL;
  /** How TLS connections are made; Node's defaults where it is absent. */
  readonly tls?: ClientTls;
  /** `defaultLimits` of `adapters/soap/policy/limits.ts` for those that are absent. */
  readonly limits?: Partial<Limits>;
  /** For deadlines and the delay before a retry; `systemClock` by default. */
  readonly clock?: Clock;
  readonly observer?: CallObserver;
}

/**
 * The patron registry over SOAP. Reads the WSDL; connects at the first call. Disposing of it waits for the calls under
 * way.
 */
export async function createPatronRegistry({
  url,
  tls,
  limits = {},
  clock = systemClock,
  observer = {},
}: PatronRegistrySettings): Promise<PatronRegistry & ByClass<PatronRegistry> & AsyncDisposable> {
  const client = await createSoapClient<prs.Operations>({
    system: 'patron registry',
    wsdl: new URL('./patron-registry.wsdl', import.meta.url),
    url,
    tls,
    limits,
    clock,
    observer,
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
      amendPatron: (number, version, changes, signal) => amendPatron(calls, number, version, changes, signal),
      addIdentityNumber: (number, identityNumber, signal) =>
        addIdentityNumber(calls, number, identityNumber, signal),
      async ping(signal) {
        // No patron has this number, so the answer is empty.
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

function reasonOf(response: ResponseTo<prs.Operations[keyof prs.Operations]>): UpstreamReason | null {
  return response.kind === 'reply' ? null : reasonOfFault(response);
}
