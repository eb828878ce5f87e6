import type * as circ from '../../../adapters/circulation/contract.generated.ts';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import type * as cms from '../../../adapters/credentials/contract.generated.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type * as prs from '../../../adapters/patrons/contract.generated.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { SystemName } from '../../../simulators/index.ts';
import { MARKS } from '../../support/marked-secrets.ts';
import { anyApplication, anyPatron, type Ports } from '../../support/ports.ts';
import type { WriteMethods } from './writes.ts';

/** A method of a port that changes nothing, and a call of it with data of the seed. */
export interface Read {
  readonly system: SystemName;
  readonly method: string;
  /** The vendor's operation that the method calls. */
  readonly operation: string;
  readonly call: (ports: Ports, signal: AbortSignal) => Promise<unknown>;
}

const PATRON = 'P0000001';
const CARD = '21852000000017';

type Entry<Operations> = Omit<Read, 'system' | 'method'> & { readonly operation: keyof Operations };
/**
 * One entry for each method of the port that is not in the table of writes. A method in neither table is a compile
 * error.
 */
type Entries<Port, Writes, Operations> = Readonly<Record<Exclude<keyof Port, Writes>, Entry<Operations>>>;

const patronReads: Entries<PatronRegistry, WriteMethods['patrons'], prs.Operations> = {
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
    call: ({ patrons }, signal) =>
      patrons.search({ ...anyPatron, name: 'chan' }, { first: 5, after: null }, signal),
  },
  ping: { operation: 'GetPatrons', call: ({ patrons }, signal) => patrons.ping(signal) },
};

const cardReads: Entries<CardManagement, WriteMethods['cards'], cms.Operations> = {
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
    call: ({ cards }, signal) => cards.listApplications(anyApplication, { first: 5, after: null }, signal),
  },
  listLossReports: {
    operation: 'ListLossReports',
    call: ({ cards }, signal) => cards.listLossReports({ first: 5, after: null }, signal),
  },
  applicationIds: {
    operation: 'ListApplications',
    call: ({ cards }, signal) => cards.applicationIds({ first: 5, after: null }, signal),
  },
  lossReportIds: {
    operation: 'ListLossReports',
    call: ({ cards }, signal) => cards.lossReportIds({ first: 5, after: null }, signal),
  },
  ping: { operation: 'GetCardsByPatron', call: ({ cards }, signal) => cards.ping(signal) },
};

const circulationReads: Entries<Circulation, WriteMethods['circulation'], circ.Operations> = {
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
  eventsByReference: {
    operation: 'FindByRef',
    call: ({ circulation }, signal) => circulation.eventsByReference(MARKS.reference, signal),
  },
  eventsAfter: {
    operation: 'ListEvents',
    call: ({ circulation }, signal) => circulation.eventsAfter('0', 5, signal),
  },
  ping: { operation: 'GetLoans', call: ({ circulation }, signal) => circulation.ping(signal) },
};

const readsOf = (
  system: SystemName,
  entries: Readonly<Record<string, Omit<Read, 'system' | 'method'>>>,
): Read[] => Object.entries(entries).map(([method, entry]) => ({ system, method, ...entry }));

/** Every read of the three ports. */
export const READS: readonly Read[] = [
  ...readsOf('prs', patronReads),
  ...readsOf('cms', cardReads),
  ...readsOf('circ', circulationReads),
];
