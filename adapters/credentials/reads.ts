import type { SoapCalls } from '../soap/client.ts';
import { slashedDay } from '../soap/contract/legacy-dates.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { rowByKey, rowsByKey } from '../soap/policy/batch.ts';
import type * as cms from './contract.generated.ts';
import type { Application, CardManagement, Credential, Page, PageRequest } from './port.ts';
import {
  applicationOf,
  credentialOf,
  invalid,
  isCardNumber,
  vendorApplicationStatuses,
} from './translation.ts';

type Client = SoapCalls<cms.Operations>;

/** CMS's limit of keys in one call. */
const maxKeys = 25;
/** The port's limit of rows in a page. CMS gives up to 500, so one row more than a page can always be requested. */
const maxRows = 100;

/** CMS accepts any text, but every patron has a number of this form. */
const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

export async function cardsByPatron(
  client: Client,
  patronIds: readonly string[],
  signal: AbortSignal,
): Promise<(readonly Credential[])[]> {
  const batchRead = {
    size: maxKeys,
    concurrency: client.concurrency,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], callSignal: AbortSignal) =>
      (await client.call('GetCardsByPatron', { patronNo: keys }, callSignal)).card.map(credentialOf),
    keyOf: ({ patronId }: Credential) => patronId,
    unexpectedRow: () => invalid('GetCardsByPatron: a card that was not requested'),
  };
  const cards = await rowsByKey(patronIds, batchRead, signal);
  return patronIds.map((patronId) => cards.get(patronId) ?? []);
}

export async function cardsByNumber(
  client: Client,
  numbers: readonly string[],
  signal: AbortSignal,
): Promise<(Credential | null)[]> {
  const batchRead = {
    size: maxKeys,
    concurrency: client.concurrency,
    isKey: isCardNumber,
    fetch: async (keys: readonly string[], callSignal: AbortSignal) =>
      (await client.call('GetCardsByNumber', { cardNos: keys }, callSignal)).card.map(credentialOf),
    keyOf: ({ libraryCardNumber }: Credential) => libraryCardNumber,
    unexpectedRow: () => invalid('GetCardsByNumber: a card that was not requested, or the same one twice'),
  };
  const cards = await rowByKey(numbers, batchRead, signal);
  return numbers.map((number) => cards.get(number) ?? null);
}

export async function findSmartId(
  client: Client,
  presented: { readonly identityNumber: string; readonly dateOfIssue: string },
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
 * R18: whether a card was shown that bears this date, rather than another one with its identity number. The contract has no words
 * for which card CMS finds, and on the answer rests that a lost card stays refused by its date.
 */
function isShown({ state, dateOfIssue, onReplacement }: Credential, presentedDate: string): boolean {
  if (state === 'ACTIVE') {
    return dateOfIssue === presentedDate;
  }
  const isContinued = state === 'LOST' && onReplacement === 'CONTINUE';
  return isContinued && dateOfIssue !== null && dateOfIssue < presentedDate;
}

export async function applicationsById(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<(Application | null)[]> {
  const batchRead = {
    size: maxKeys,
    concurrency: client.concurrency,
    isKey: (id: string) => id !== '' && isXmlText(id),
    fetch: async (keys: readonly string[], callSignal: AbortSignal) =>
      (await client.call('GetApplications', { applicationNo: keys }, callSignal)).application.map(
        applicationOf,
      ),
    keyOf: ({ id }: Application) => id,
    unexpectedRow: () =>
      invalid('GetApplications: an application that was not requested, or the same one twice'),
  };
  const applications = await rowByKey(ids, batchRead, signal);
  return ids.map((id) => applications.get(id) ?? null);
}

export async function listApplications<Row>(
  client: Client,
  { status, patronId }: Parameters<CardManagement['listApplications']>[0],
  page: PageRequest,
  signal: AbortSignal,
  rowOf: (application: cms.Application) => Row,
): Promise<Page<Row>> {
  checkPage(page);
  if (patronId !== undefined && !isPatronNumber(patronId)) {
    return { rows: [], totalCount: 0, hasNextPage: false };
  }
  const { after, maxRows } = rangeOf(page);
  const { total, application } = await client.call(
    'ListApplications',
    {
      status: status === undefined ? null : vendorApplicationStatuses[status],
      patronNo: patronId ?? null,
      afterApplicationNo: after,
      maxRows,
    },
    signal,
  );
  return pageOf(application, total, page, 'ListApplications', rowOf);
}

export async function listLossReports<Row>(
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

/** No id contains characters that XML can't carry, so no row comes after such a cursor. */
const isCursor = (after: string | undefined): boolean => after === undefined || isXmlText(after);

/**
 * The rows to request: one more than the page, which tells whether there is a next page. For a cursor that no row comes
 * after, one row, because the total is still needed and `maxRows` must be at least 1.
 */
function rangeOf({ first, after }: PageRequest): { after: string | null; maxRows: number } {
  return isCursor(after) ? { after: after ?? null, maxRows: first + 1 } : { after: null, maxRows: 1 };
}

/** Only the rows of the page are translated: what makes no sense behind it is the next page's. */
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
