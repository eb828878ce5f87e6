import type { Circulation } from '../../adapters/circulation/port.ts';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import type { ApplicationFilter, CardManagement } from '../../adapters/credentials/port.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import type { PatronCriteria, PatronRegistry } from '../../adapters/patrons/port.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { type Clock, systemClock } from '../../adapters/soap/policy/clock.ts';
import type { Limits } from '../../adapters/soap/policy/limits.ts';
import { DEFAULT_CREDENTIALS, type SimulatorCredentials, type SystemName } from '../../simulators/index.ts';

/** The three ports, through SOAP adapters and sockets. */
export interface Ports extends AsyncDisposable {
  readonly patrons: PatronRegistry;
  readonly cards: CardManagement;
  readonly circulation: Circulation;
}

/** Criteria that every patron, and every application, meets. */
export const anyPatron: PatronCriteria = { name: null, telephone: null, status: null };
export const anyApplication: ApplicationFilter = { status: null, patronId: null };

/** Creates the ports without opening a connection. `legacy` has the simulators' URLs. */
export async function openPorts(
  legacy: Readonly<Record<SystemName, { readonly url: string }>>,
  limits: Partial<Limits>,
  { cms, circ }: SimulatorCredentials = DEFAULT_CREDENTIALS,
  clock: Clock = systemClock,
): Promise<Ports> {
  await using resources = new AsyncDisposableStack();
  const patrons = resources.use(createPatronRegistry({ url: legacy.prs.url, limits, clock }));
  const cards = resources.use(createCardManagement({ url: legacy.cms.url, ...cms, limits, clock }));
  const circulation = resources.use(createCirculation({ url: legacy.circ.url, ...circ, limits, clock }));
  const open = resources.move();
  return { patrons, cards, circulation, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
