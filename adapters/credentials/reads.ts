import type { SoapCalls } from '../soap/client.ts';
import { slashedDay } from '../soap/contract/legacy-dates.ts';
import { isXmlText } from '../soap/contract/simple/xml-text.ts';
import { type BatchRead, rowByKey, rowsByKey } from '../soap/policy/batch.ts';
import type * as cms from './contract.generated.ts';
import type {
  Application,
  ApplicationFilter,
  CardManagement,
  Credential,
  Page,
  PageRequest,
} from './port.ts';
import {
  applicationOf,
  credentialOf,
  invalid,
  isCardNumber,
  lossReportOf,
  vendorApplicationStatuses,
} from './translation.ts';

type Client = SoapCalls<cms.Operations>;

/** CMS's limit of keys in a call. */
const maxKeys = 25;
/**
 * The maximum number of rows in a page. We request one row more to see if there is a next page. CMS allows 500 rows.
 */
const maxRows = 100;

/** CMS accepts any text, but every patron has a number of this form. */
const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

type Reads = Pick<
  CardManagement,
  | 'cardsByPatron'
  | 'cardsByNumber'
  | 'findSmartId'
  | 'applicationsById'
  | 'listApplications'
  | 'listLossReports'
  | 'applicationIds'
  | 'lossReportIds'
  | 'ping'
>;

const allApplications: ApplicationFilter = { status: null, patronId: null };

export function readsOf(client: Client): Reads {
  const { cardsOfPatrons, cards, applications } = batchesOf(client);
  return {
    cardsByPatron: (patronIds, signal) => rowsByKey(patronIds, cardsOfPatrons, signal),
    cardsByNumber: (numbers, signal) => rowByKey(numbers, cards, signal),
    findSmartId: (presented, signal) => findSmartId(client, presented, signal),
    applicationsById: (ids, signal) => rowByKey(ids, applications, signal),
    listApplications: (filter, page, signal) => listApplications(client, filter, page, signal, applicationOf),
    listLossReports: (page, signal) => listLossReports(client, page, signal, lossReportOf),
    applicationIds: (page, signal) =>
      listApplications(client, allApplications, page, signal, ({ applicationNo }) => applicationNo),
    lossReportIds: (page, signal) => listLossReports(client, page, signal, ({ reportNo }) => reportNo),
    async ping(signal) {
      // No patron has this number, so the answer is empty.
      await client.call('GetCardsByPatron', { patronNo: ['P0000000'] }, signal);
    },
  };
}

function batchesOf(client: Client) {
  const limits = { size: maxKeys, concurrency: client.concurrency };
  const cardsOfPatrons: BatchRead<Credential> = {
    ...limits,
    isKey: isPatronNumber,
    fetch: async (patronNo, signal) =>
      (await client.call('GetCardsByPatron', { patronNo }, signal)).card.map(credentialOf),
    keyOf: ({ patronId }) => patronId,
    unexpectedRow: () => invalid('GetCardsByPatron: a card that was not requested'),
  };
  const cards: BatchRead<Credential> = {
    ...limits,
    isKey: isCardNumber,
    fetch: async (cardNos, signal) =>
      (await client.call('GetCardsByNumber', { cardNos }, signal)).card.map(credentialOf),
    keyOf: ({ libraryCardNumber }) => libraryCardNumber,
    unexpectedRow: () => invalid('GetCardsByNumber: a card that was not requested, or the same one twice'),
  };
  const applications: BatchRead<Application> = {
    ...limits,
    isKey: (id) => id !== '' && isXmlText(id),
    fetch: async (applicationNo, signal) =>
      (await client.call('GetApplications', { applicationNo }, signal)).application.map(applicationOf),
    keyOf: ({ id }) => id,
    unexpectedRow: () =>
      invalid('GetApplications: an application that was not requested, or the same one twice'),
  };
  return { cardsOfPatrons, cards, applications };
}

async function findSmartId(
  client: Client,
  presented: Parameters<CardManagement['findSmartId']>[0],
  signal: AbortSignal,
): Promise<Credential | null> {
  const dateOfIssue = slashedDay(presented.dateOfIssue);
  if (dateOfIssue === null || !isXmlText(presented.identityNumber)) {
    return null;
  }
  const { card } = await client.call(
    'FindSmartCard',
    { hkid: presented.identityNumber, dateOfIssue },
    signal,
  );
  if (card === undefined) {
    return null;
  }
  const credential = credentialOf(card);
  if (credential.kind !== 'SMART_ID') {
    throw invalid('FindSmartCard: a card of another type');
  }
  return isShown(credential, presented.dateOfIssue) ? credential : null;
}

/**
 * Whether the card that CMS found belongs to the identity card that was presented (R18). The identity number alone
 * doesn't show this: an identity card has the number of its lost predecessor, and another date of issue.
 */
function isShown({ state, dateOfIssue, onReplacement }: Credential, presentedDate: string): boolean {
  if (state === 'ACTIVE') {
    return dateOfIssue === presentedDate;
  }
  const isContinued = state === 'LOST' && onReplacement === 'CONTINUE';
  return isContinued && dateOfIssue !== null && dateOfIssue < presentedDate;
}

async function listApplications<Row>(
  client: Client,
  { status, patronId }: ApplicationFilter,
  page: PageRequest,
  signal: AbortSignal,
  rowOf: (application: cms.Application) => Row,
): Promise<Page<Row>> {
  checkPage(page);
  if (patronId !== null && !isPatronNumber(patronId)) {
    return { rows: [], totalCount: 0, hasNextPage: false };
  }
  const { after, maxRows } = rangeOf(page);
  const { total, application } = await client.call(
    'ListApplications',
    {
      status: status === null ? null : vendorApplicationStatuses[status],
      patronNo: patronId,
      afterApplicationNo: after,
      maxRows,
    },
    signal,
  );
  return pageOf(application, total, page, 'ListApplications', rowOf);
}

async function listLossReports<Row>(
  client: Client,
  page: PageRequest,
  signal: AbortSignal,
  rowOf: (report: cms.LossReport) => Row,
): Promise<Page<Row>> {
  checkPage(page);
  const { after, maxRows } = rangeOf(page);
  const { total, report } = await client.call('ListLossReports', { afterReportNo: after, maxRows }, signal);
  return pageOf(report, total, page, 'ListLossReports', rowOf);
}

function checkPage({ first }: PageRequest): void {
  if (!Number.isInteger(first) || first < 1 || first > maxRows) {
    throw new RangeError(`first is ${first}: it must be a whole number from 1 to ${maxRows}`);
  }
}

/** Whether rows may come after the cursor, which is the id of a row. No id contains characters that XML can't carry. */
const isCursor = (after: string | null): boolean => after === null || isXmlText(after);

/**
 * The rows to request: one more than the page has, to find out whether there is a next page. If no row can come after
 * the cursor, only the total is needed. One row is then requested, because `maxRows` must be at least 1.
 */
function rangeOf({ first, after }: PageRequest): { after: string | null; maxRows: number } {
  return isCursor(after) ? { after, maxRows: first + 1 } : { after: null, maxRows: 1 };
}

/** Makes a page. The row after the page is not translated, because an invalid next row must not make this page fail. */
function pageOf<VendorRow, Row>(
  rows: readonly VendorRow[],
  totalCount: number,
  { first, after }: PageRequest,
  operation: string,
  rowOf: (row: VendorRow) => Row,
): Page<Row> {
  if (rows.length > first + 1) {
    throw invalid(`${operation}: more rows than requested`);
  }
  if (!isCursor(after)) {
    return { rows: [], totalCount, hasNextPage: false };
  }
  return { rows: rows.slice(0, first).map(rowOf), totalCount, hasNextPage: rows.length > first };
}
