import { randomBytes } from 'node:crypto';
import { rowByKey, rowsByKey } from '../soap/batch.ts';
import { slashedDay } from '../soap/calendar.ts';
import { type AnswerTo, createSoapClient, type SoapClient } from '../soap/client.ts';
import type { Limits } from '../soap/limits.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { usernameTokenHeader } from '../soap/security.ts';
import { isXmlText } from '../soap/simple-types.ts';
import type * as cms from './contract.generated.ts';
import type { Application, CardManagement, Credential, LossReport, Page, PageRequest } from './port.ts';
import {
  applicationOf,
  credentialOf,
  invalid,
  lossReportOf,
  vendorApplicationStatuses,
} from './translation.ts';

/** CMS, the Card Management System of 2009. */
export interface CardManagementSettings {
  /** http or https. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  /** `defaultLimits` of `adapters/soap/limits.ts` unless given. */
  readonly limits?: Partial<Limits>;
  /** For the time in the security header, which must be within five minutes of CMS's own. The system's unless given. */
  readonly now?: () => Date;
}

/** Card management over SOAP. Reads its WSDL; connects at the first call. Its calls under way end before it does. */
export async function createCardManagement({
  url,
  user,
  password,
  limits = {},
  now = () => new Date(),
}: CardManagementSettings): Promise<CardManagement & AsyncDisposable> {
  const client = await createSoapClient<cms.Operations>({
    system: 'card management',
    wsdl: new URL('card-management.wsdl', import.meta.url),
    url,
    limits,
    reads: [
      'GetCardsByPatron',
      'GetCardsByNumber',
      'FindSmartCard',
      'GetApplications',
      'ListApplications',
      'ListLossReports',
    ],
    reasonOf,
    header: () => usernameTokenHeader({ user, password, now, randomBytes }),
  });
  return {
    cardsByPatron: (patronIds, signal) => cardsByPatron(client, patronIds, signal),
    cardsByNumber: (numbers, signal) => cardsByNumber(client, numbers, signal),
    findSmartId: (presented, signal) => findSmartId(client, presented, signal),
    applicationsById: (ids, signal) => applicationsById(client, ids, signal),
    listApplications: (filter, page, signal) => listApplications(client, filter, page, signal),
    listLossReports: (page, signal) => listLossReports(client, page, signal),
    async ping(signal) {
      await client.call('GetCardsByPatron', { patronNo: ['P0000000'] }, signal);
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

type Client = SoapClient<cms.Operations>;

/** The most keys that a call takes. */
const keysAtOnce = 25;
/** The port's; CMS gives up to 500 rows, so that one more than a page always fits. */
const rowsAtOnce = 100;

const isCardNumber = (number: string): boolean => /^[0-9]{14}$/.test(number);
/** CMS takes any text, but patrons have such numbers only. */
const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

/** Every other code means nothing to a read. */
const reasonOfCode = { E1009: 'busy', E1004: 'unauthorized' } as const satisfies Record<
  string,
  UpstreamReason
>;
const reasons: ReadonlyMap<string, UpstreamReason> = new Map(Object.entries(reasonOfCode));

function reasonOf(answer: AnswerTo<cms.Operations[keyof cms.Operations]>): UpstreamReason | null {
  if (answer.kind === 'reply') return null;
  return reasons.get(answer.detail?.code ?? '') ?? 'rejected';
}

async function cardsByPatron(
  client: Client,
  patronIds: readonly string[],
  signal: AbortSignal,
): Promise<(readonly Credential[])[]> {
  const batching = {
    size: keysAtOnce,
    sideBySide: client.limits.connections,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetCardsByPatron', { patronNo: keys }, joined)).card.map(credentialOf),
    keyOf: ({ patronId }: Credential) => patronId,
    stranger: () => invalid('GetCardsByPatron: a card that was not asked for'),
  };
  const cards = await rowsByKey(patronIds, batching, signal);
  return patronIds.map((patronId) => cards.get(patronId) ?? []);
}

async function cardsByNumber(
  client: Client,
  numbers: readonly string[],
  signal: AbortSignal,
): Promise<(Credential | null)[]> {
  const batching = {
    size: keysAtOnce,
    sideBySide: client.limits.connections,
    isKey: isCardNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetCardsByNumber', { cardNos: keys }, joined)).card.map(credentialOf),
    keyOf: ({ libraryCardNumber }: Credential) => libraryCardNumber,
    stranger: () => invalid('GetCardsByNumber: a card that was not asked for, or one twice'),
  };
  const cards = await rowByKey(numbers, batching, signal);
  return numbers.map((number) => cards.get(number) ?? null);
}

async function findSmartId(
  client: Client,
  presented: { readonly identityNumber: string; readonly dateOfIssue: string },
  signal: AbortSignal,
): Promise<Credential | null> {
  const dateOfIssue = slashedDay(presented.dateOfIssue);
  if (dateOfIssue === null || !isXmlText(presented.identityNumber)) return null;
  const { card } = await client.call(
    'FindSmartCard',
    { hkid: presented.identityNumber, dateOfIssue },
    signal,
  );
  if (card === undefined) return null;
  if (card.type !== 'SC') throw invalid('FindSmartCard: a card of another type');
  return credentialOf(card);
}

async function applicationsById(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<(Application | null)[]> {
  const batching = {
    size: keysAtOnce,
    sideBySide: client.limits.connections,
    isKey: (id: string) => id !== '' && isXmlText(id),
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetApplications', { applicationNo: keys }, joined)).application.map(applicationOf),
    keyOf: ({ id }: Application) => id,
    stranger: () => invalid('GetApplications: an application that was not asked for, or one twice'),
  };
  const applications = await rowByKey(ids, batching, signal);
  return ids.map((id) => applications.get(id) ?? null);
}

async function listApplications(
  client: Client,
  { status, patronId }: Parameters<CardManagement['listApplications']>[0],
  page: PageRequest,
  signal: AbortSignal,
): Promise<Page<Application>> {
  checkPage(page);
  if (patronId !== undefined && !isPatronNumber(patronId))
    return { rows: [], totalCount: 0, hasNextPage: false };
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

async function listLossReports(
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
  if (found.length > first + 1) throw invalid(`${operation}: more rows than were asked for`);
  if (!isCursor(after)) return { rows: [], totalCount, hasNextPage: false };
  return { rows: found.slice(0, first), totalCount, hasNextPage: found.length > first };
}
