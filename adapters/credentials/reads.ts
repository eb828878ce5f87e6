import type { SoapCalls } from '../soap/client.ts';
import { slashedDay } from '../soap/contract/calendar.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { rowByKey, rowsByKey } from '../soap/policy/batch.ts';
import type * as cms from './contract.generated.ts';
import type { Application, CardManagement, Credential, LossReport, Page, PageRequest } from './port.ts';
import {
  applicationOf,
  credentialOf,
  invalid,
  isCardNumber,
  lossReportOf,
  vendorApplicationStatuses,
} from './translation.ts';

type Client = SoapCalls<cms.Operations>;

/** The most keys that a call takes. */
const keysAtOnce = 25;
/** The port's; CMS gives up to 500 rows, so that one more than a page always fits. */
const rowsAtOnce = 100;

/** CMS takes any text, but patrons have such numbers only. */
const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

export async function cardsByPatron(
  client: Client,
  patronIds: readonly string[],
  signal: AbortSignal,
): Promise<(readonly Credential[])[]> {
  const batching = {
    size: keysAtOnce,
    concurrency: client.concurrency,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetCardsByPatron', { patronNo: keys }, joined)).card.map(credentialOf),
    keyOf: ({ patronId }: Credential) => patronId,
    unexpectedRow: () => invalid('GetCardsByPatron: a card that was not asked for'),
  };
  const cards = await rowsByKey(patronIds, batching, signal);
  return patronIds.map((patronId) => cards.get(patronId) ?? []);
}

export async function cardsByNumber(
  client: Client,
  numbers: readonly string[],
  signal: AbortSignal,
): Promise<(Credential | null)[]> {
  const batching = {
    size: keysAtOnce,
    concurrency: client.concurrency,
    isKey: isCardNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetCardsByNumber', { cardNos: keys }, joined)).card.map(credentialOf),
    keyOf: ({ libraryCardNumber }: Credential) => libraryCardNumber,
    unexpectedRow: () => invalid('GetCardsByNumber: a card that was not asked for, or one twice'),
  };
  const cards = await rowByKey(numbers, batching, signal);
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
  if (card.type !== 'SC') {
    throw invalid('FindSmartCard: a card of another type');
  }
  return credentialOf(card);
}

export async function applicationsById(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<(Application | null)[]> {
  const batching = {
    size: keysAtOnce,
    concurrency: client.concurrency,
    isKey: (id: string) => id !== '' && isXmlText(id),
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetApplications', { applicationNo: keys }, joined)).application.map(applicationOf),
    keyOf: ({ id }: Application) => id,
    unexpectedRow: () => invalid('GetApplications: an application that was not asked for, or one twice'),
  };
  const applications = await rowByKey(ids, batching, signal);
  return ids.map((id) => applications.get(id) ?? null);
}

export async function listApplications(
  client: Client,
  { status, patronId }: Parameters<CardManagement['listApplications']>[0],
  page: PageRequest,
  signal: AbortSignal,
): Promise<Page<Application>> {
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
  return pageOf(application.map(applicationOf), total, page, 'ListApplications');
}

export async function listLossReports(
  client: Client,
  page: PageRequest,
  signal: AbortSignal,
): Promise<Page<LossReport>> {
  checkPage(page);
  const { after, maxRows } = rangeOf(page);
  const { total, report } = await client.call('ListLossReports', { afterReportNo: after, maxRows }, signal);
  return pageOf(report.map(lossReportOf), total, page, 'ListLossReports');
}

function checkPage({ first }: PageRequest): void {
  if (!Number.isInteger(first) || first < 1 || first > rowsAtOnce) {
    throw new RangeError(`first is ${first}: 1 to ${rowsAtOnce} is wanted`);
  }
}

/** A cursor is the caller's: nothing comes after what XML can't carry, so that only the total is asked for. */
const isCursor = (after: string | undefined): boolean => after === undefined || isXmlText(after);

/** The rows to ask for: one more than the page tells whether there is another. */
function rangeOf({ first, after }: PageRequest): { after: string | null; maxRows: number } {
  return isCursor(after) ? { after: after ?? null, maxRows: first + 1 } : { after: null, maxRows: 1 };
}

function pageOf<Row>(
  found: readonly Row[],
  totalCount: number,
  { first, after }: PageRequest,
  operation: string,
): Page<Row> {
  if (found.length > first + 1) {
    throw invalid(`${operation}: more rows than were asked for`);
  }
  if (!isCursor(after)) {
    return { rows: [], totalCount, hasNextPage: false };
  }
  return { rows: found.slice(0, first), totalCount, hasNextPage: found.length > first };
}
