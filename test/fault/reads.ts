import type { Circulation } from '../../adapters/circulation/port.ts';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import type { PatronRegistry } from '../../adapters/patrons/port.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import type { Limits } from '../../adapters/soap/limits.ts';
import { DEFAULT_CREDENTIALS, type SystemName } from '../legacy/index.ts';

/** The three ports, over the real adapters and sockets. */
export interface Ports extends AsyncDisposable {
  readonly patrons: PatronRegistry;
  readonly cards: CardManagement;
  readonly circulation: Circulation;
}

/** `legacy`: where the stand-ins are, with their default credentials. */
export async function openPorts(
  legacy: Readonly<Record<SystemName, { readonly url: string }>>,
  limits: Partial<Limits>,
): Promise<Ports> {
  await using resources = new AsyncDisposableStack();
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const patrons = resources.use(await createPatronRegistry({ url: legacy.prs.url, limits }));
  const cards = resources.use(await createCardManagement({ url: legacy.cms.url, ...cms, limits }));
  const circulation = resources.use(await createCirculation({ url: legacy.circ.url, ...circ, limits }));
  const open = resources.move();
  return { patrons, cards, circulation, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** A method of a port that changes nothing, asked for what the seed has. */
export interface Read {
  readonly system: SystemName;
  readonly method: string;
  /** The vendor's operation behind it. */
  readonly operation: string;
  readonly call: (ports: Ports, signal: AbortSignal) => Promise<unknown>;
}

const PATRON = 'P0000001';
const CARD = '21852000000017';

type Reads<Port> = Readonly<Partial<Record<keyof Port, Omit<Read, 'system' | 'method'>>>>;

const patronReads: Reads<PatronRegistry> = {
  findMany: {
    operation: 'GetPatrons',
    call: ({ patrons }, signal) => patrons.findMany([PATRON, 'P0000018'], signal),
  },
  findByDocument: {
    operation: 'FindPatron',
    call: ({ patrons }, signal) => patrons.findByDocument({ kind: 'HKID', number: 'A123456(3)' }, signal),
  },
  search: {
    operation: 'SearchPatrons',
    call: ({ patrons }, signal) => patrons.search({ name: 'chan' }, { first: 5 }, signal),
  },
  ping: { operation: 'GetPatrons', call: ({ patrons }, signal) => patrons.ping(signal) },
};

const cardReads: Reads<CardManagement> = {
  cardsByPatron: {
    operation: 'GetCardsByPatron',
    call: ({ cards }, signal) => cards.cardsByPatron([PATRON], signal),
  },
  cardsByNumber: {
    operation: 'GetCardsByNumber',
    call: ({ cards }, signal) => cards.cardsByNumber([CARD], signal),
  },
  findSmartId: {
    operation: 'FindSmartCard',
    call: ({ cards }, signal) =>
      cards.findSmartId({ identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' }, signal),
  },
  applicationsById: {
    operation: 'GetApplications',
    call: ({ cards }, signal) => cards.applicationsById(['A0000001'], signal),
  },
  listApplications: {
    operation: 'ListApplications',
    call: ({ cards }, signal) => cards.listApplications({}, { first: 5 }, signal),
  },
  listLossReports: {
    operation: 'ListLossReports',
    call: ({ cards }, signal) => cards.listLossReports({ first: 5 }, signal),
  },
  ping: { operation: 'GetCardsByPatron', call: ({ cards }, signal) => cards.ping(signal) },
};

const circulationReads: Reads<Circulation> = {
  loansByCard: {
    operation: 'GetLoans',
    call: ({ circulation }, signal) => circulation.loansByCard([CARD], signal),
  },
  holdsByCard: {
    operation: 'GetHolds',
    call: ({ circulation }, signal) => circulation.holdsByCard(['21852000000033'], signal),
  },
  chargesByCard: {
    operation: 'GetCharges',
    call: ({ circulation }, signal) => circulation.chargesByCard(['21852000000223'], signal),
  },
  itemsByNumber: {
    operation: 'GetItems',
    call: ({ circulation }, signal) => circulation.itemsByNumber(['31852000000015'], signal),
  },
  findItems: {
    operation: 'FindItems',
    call: ({ circulation }, signal) => circulation.findItems('moby', 5, signal),
  },
  ping: { operation: 'GetLoans', call: ({ circulation }, signal) => circulation.ping(signal) },
};

const readsOf = (
  system: SystemName,
  reads: Readonly<Record<string, Omit<Read, 'system' | 'method'>>>,
): Read[] => Object.entries(reads).map(([method, read]) => ({ system, method, ...read }));

/** Every read of the three ports. */
export const READS: readonly Read[] = [
  ...readsOf('prs', patronReads),
  ...readsOf('cms', cardReads),
  ...readsOf('circ', circulationReads),
];
