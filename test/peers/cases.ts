import type { CardManagement } from '../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../adapters/patrons/port.ts';
import type { UpstreamReason } from '../../adapters/soap/port.ts';
import { anySignal } from '../contract/port-under-test.ts';
import { anyApplication, anyPatron } from '../support/ports.ts';
import { bo, cancelledCard, loss1, loss2, lostCard, patrons, siu } from './expected.ts';

/**
 * One call, with the values that the other stack must read from its request, and the adapter's outcome for the reply.
 */
export interface Case<Port> {
  /** The name of the case and of its recorded reply. */
  readonly name: string;
  readonly operation: string;
  readonly ask: (port: Port) => Promise<unknown>;
  readonly read: unknown;
  readonly outcome: { readonly value: unknown } | { readonly reason: UpstreamReason };
  /** The name of the case whose reply answers the first request, if the call sends two. */
  readonly after?: string;
}

const odd = 'SIU & SONS <![CDATA[X]]>';
const oddId = 'A & <b> 𨱏';

const fault = (name: string, number: string, reason: UpstreamReason): Case<PatronRegistry> => ({
  name: `prs-fault-${name}`,
  operation: 'GetPatrons',
  ask: (port) => port.findMany([number], anySignal()),
  read: { PATRON_NO: [number] },
  outcome: { reason },
});

export const registryCases: readonly Case<PatronRegistry>[] = [
  {
    name: 'prs-patrons',
    operation: 'GetPatrons',
    ask: (port) => port.findMany(['P0000003', 'P0000001', 'P0000009', 'P0000002'], anySignal()),
    read: { PATRON_NO: ['P0000003', 'P0000001', 'P0000009', 'P0000002'] },
    outcome: { value: [patrons[2], patrons[0], null, patrons[1]] },
  },
  {
    name: 'prs-patron',
    operation: 'GetPatrons',
    ask: (port) => port.findMany(['P0000001'], anySignal()),
    read: { PATRON_NO: ['P0000001'] },
    outcome: { value: [patrons[0]] },
  },
  {
    name: 'prs-no-patrons',
    operation: 'GetPatrons',
    ask: (port) => port.findMany(['P0000009'], anySignal()),
    read: { PATRON_NO: ['P0000009'] },
    outcome: { value: [null] },
  },
  {
    name: 'prs-found-by-identity-number',
    operation: 'FindPatron',
    ask: (port) => port.findByDocument({ kind: 'HKID', number: 'A123456(3)' }, anySignal()),
    read: { HKID: 'A123456(3)' },
    outcome: { value: patrons[0] },
  },
  {
    name: 'prs-found-by-certificate',
    operation: 'FindPatron',
    ask: (port) =>
      port.findByDocument({ kind: 'BIRTH_CERTIFICATE', number: 'R&D <![CDATA[1]]> 𨱏' }, anySignal()),
    read: { BIRTH_CERT_NO: 'R&D <![CDATA[1]]> 𨱏' },
    outcome: { value: patrons[1] },
  },
  {
    name: 'prs-not-found',
    operation: 'FindPatron',
    ask: (port) => port.findByDocument({ kind: 'BIRTH_CERTIFICATE', number: ' 007 ' }, anySignal()),
    read: { BIRTH_CERT_NO: ' 007 ' },
    outcome: { value: null },
  },
  {
    name: 'prs-page',
    operation: 'SearchPatrons',
    ask: (port) => port.search(anyPatron, { first: 1, after: 'P0000001' }, anySignal()),
    read: { AFTER_PATRON_NO: 'P0000001', MAX_ROWS: 2 },
    outcome: { value: { patrons: [patrons[1]], totalCount: 3, hasNextPage: true } },
  },
  {
    name: 'prs-search',
    operation: 'SearchPatrons',
    ask: (port) =>
      port.search(
        { ...anyPatron, name: '𨱏', telephone: '00852', status: 'ACTIVE' },
        { first: 10, after: null },
        anySignal(),
      ),
    read: { NAME: '𨱏', TEL: '00852', STATUS: 'A', MAX_ROWS: 11 },
    outcome: { value: { patrons: [patrons[0]], totalCount: 1, hasNextPage: false } },
  },
  {
    name: 'prs-search-odd-text',
    operation: 'SearchPatrons',
    ask: (port) => port.search({ ...anyPatron, name: odd }, { first: 10, after: null }, anySignal()),
    read: { NAME: odd, MAX_ROWS: 11 },
    outcome: { value: { patrons: [patrons[0]], totalCount: 1, hasNextPage: false } },
  },
  {
    name: 'prs-search-nobody',
    operation: 'SearchPatrons',
    ask: (port) =>
      port.search({ ...anyPatron, name: 'line\r\nline' }, { first: 10, after: null }, anySignal()),
    read: { NAME: 'line\r\nline', MAX_ROWS: 11 },
    outcome: { value: { patrons: [], totalCount: 0, hasNextPage: false } },
  },
  {
    name: 'prs-ping',
    operation: 'GetPatrons',
    ask: (port) => port.ping(anySignal()),
    read: { PATRON_NO: ['P0000000'] },
    outcome: { value: undefined },
  },
  fault('busy', 'P9999503', 'busy'),
  fault('refused', 'P9999400', 'rejected'),
  // PHP sends an empty PRSFault, which the contract doesn't allow. The adapter must still treat it as a fault.
  fault('with-empty-detail', 'P9999001', 'rejected'),
  fault('of-php-itself', 'P9999500', 'rejected'),
  // An exception that is not a SoapFault ends the script, with status 500 and without an envelope.
  fault('none', 'P9999501', 'unreachable'),
];

const cardFault = (name: string, patronId: string, reason: UpstreamReason): Case<CardManagement> => ({
  name: `cms-fault-${name}`,
  operation: 'GetCardsByPatron',
  ask: (port) => port.cardsByPatron([patronId], anySignal()),
  read: { patronNo: [patronId] },
  outcome: { reason },
});

export const cardCases: readonly Case<CardManagement>[] = [
  {
    name: 'cms-cards-by-patron',
    operation: 'GetCardsByPatron',
    ask: (port) => port.cardsByPatron(['P0000002', 'P0000001'], anySignal()),
    read: { patronNo: ['P0000002', 'P0000001'] },
    outcome: { value: [[], [lostCard, cancelledCard]] },
  },
  {
    name: 'cms-no-cards',
    operation: 'GetCardsByPatron',
    ask: (port) => port.cardsByPatron(['P0000002'], anySignal()),
    read: { patronNo: ['P0000002'] },
    outcome: { value: [[]] },
  },
  {
    name: 'cms-cards-by-number',
    operation: 'GetCardsByNumber',
    ask: (port) => port.cardsByNumber(['00000000000026', '00000000000034', '00000000000018'], anySignal()),
    // PHP does not split an xsd:list, so its items arrive as one text.
    read: { cardNos: '00000000000026 00000000000034 00000000000018' },
    outcome: { value: [cancelledCard, null, lostCard] },
  },
  {
    name: 'cms-card-in-hand',
    operation: 'FindSmartCard',
    ask: (port) => port.findSmartId({ identityNumber: 'A123456(3)', dateOfIssue: '2010-02-01' }, anySignal()),
    // CMS finds the card although this date is newer than the lost card's.
    read: { hkid: 'A123456(3)', dateOfIssue: '01/02/2010' },
    outcome: { value: lostCard },
  },
  {
    name: 'cms-no-card-in-hand',
    operation: 'FindSmartCard',
    ask: (port) => port.findSmartId({ identityNumber: oddId, dateOfIssue: '2003-02-01' }, anySignal()),
    read: { hkid: oddId, dateOfIssue: '01/02/2003' },
    outcome: { value: null },
  },
  {
    name: 'cms-applications',
    operation: 'GetApplications',
    ask: (port) => port.applicationsById([oddId, '007', '7'], anySignal()),
    read: { applicationNo: [oddId, '007', '7'] },
    outcome: { value: [bo, siu, null] },
  },
  {
    name: 'cms-application-page',
    operation: 'ListApplications',
    ask: (port) => port.listApplications(anyApplication, { first: 1, after: null }, anySignal()),
    read: { status: null, patronNo: null, afterApplicationNo: null, maxRows: 2 },
    outcome: { value: { rows: [siu], totalCount: 2, hasNextPage: true } },
  },
  {
    name: 'cms-applications-after',
    operation: 'ListApplications',
    ask: (port) =>
      port.listApplications(
        { ...anyApplication, status: 'APPROVED', patronId: 'P0000001' },
        { first: 1, after: oddId },
        anySignal(),
      ),
    read: { status: 'APR', patronNo: 'P0000001', afterApplicationNo: oddId, maxRows: 2 },
    outcome: { value: { rows: [], totalCount: 1, hasNextPage: false } },
  },
  {
    name: 'cms-loss-reports',
    operation: 'ListLossReports',
    ask: (port) => port.listLossReports({ first: 2, after: null }, anySignal()),
    read: { afterReportNo: null, maxRows: 3 },
    outcome: { value: { rows: [loss1, loss2], totalCount: 2, hasNextPage: false } },
  },
  {
    name: 'cms-loss-reports-after',
    operation: 'ListLossReports',
    ask: (port) => port.listLossReports({ first: 1, after: '0002' }, anySignal()),
    read: { afterReportNo: '0002', maxRows: 2 },
    outcome: { value: { rows: [], totalCount: 2, hasNextPage: false } },
  },
  {
    name: 'cms-ping',
    operation: 'GetCardsByPatron',
    ask: (port) => port.ping(anySignal()),
    read: { patronNo: ['P0000000'] },
    outcome: { value: undefined },
  },
  cardFault('busy', 'P9991009', 'busy'),
  cardFault('refused', 'P9991001', 'rejected'),
  cardFault('with-empty-detail', 'P9999001', 'rejected'),
  cardFault('of-php-itself', 'P9999500', 'rejected'),
  cardFault('none', 'P9999501', 'unreachable'),
];
