/**
 * Lists of applications and loss reports from the index. Card management can only list the oldest first, and filters
 * applications only by status and patron.
 */
import type { Application, LossReport } from '../../../adapters/credentials/port.ts';
import type { ApplicationFilter, ApplicationOrder, FoundLossReport } from '../../../store/index/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { indexedApplication } from '../../library/indexed-application.ts';
import { recordApplicantsByDocument } from '../../operations/reading-audit.ts';
import { boundsOfPage, type CountedPage, type PageArguments, toPage } from '../../runtime/pagination.ts';
import type { CredentialsContext } from '../context.ts';
import { withCanonicalDocuments } from '../rules/applications/form.ts';

/** A page of applications that fit the filter. A search by document is audited (R27). */
export async function indexedApplications(
  filter: ApplicationFilter,
  order: ApplicationOrder,
  asked: PageArguments,
  context: CredentialsContext,
): Promise<CountedPage<Application>> {
  const { first, after } = asked;
  const { services } = context;
  await requireApplications(context);
  const found = await services.index.applications({ ...filter, order, after, maxItems: first + 1 });
  const ids = found.slice(0, first).map(({ id }) => id);
  const read = (await context.applications.loadMany(ids)).map(unlessError).filter((one) => one !== null);
  const current = read.filter((application) => fits(application, filter));
  if (current.length < read.length) {
    await services.index.saveApplications(read.map(indexedApplication));
  }
  if (filter.of !== null && 'document' in filter.of) {
    await recordApplicantsByDocument(services, context.caller, current);
  }
  const bounds = boundsOfPage(asked, found.length);
  const page = toPage(current.map(withCanonicalDocuments), ({ id }) => id, bounds, ids.at(-1) ?? null);
  return { ...page, totalCount: () => services.index.countApplications(filter) };
}

/** Whether the filter still fits an application as card management shows it now. The index may be older. */
function fits(application: Application, { status, channel, of }: ApplicationFilter): boolean {
  const { documents, patronId } = indexedApplication(application);
  const isOf = of === null || ('document' in of ? documents.includes(of.document) : patronId === of.patronId);
  return (
    isOf &&
    (status === null || application.status === status) &&
    (channel === null || application.channel === channel)
  );
}

/** Throws if the row could not be read, because a partial list would look like a whole one (R26). */
export function unlessError<Row>(row: Row | Error): Row {
  if (row instanceof Error) {
    throw row;
  }
  return row;
}

/**
 * A page of loss reports, the newest first. Card management lists the oldest first. One call is enough: it begins after
 * the report that is just older than the page. Reports never change, and keep their order.
 */
export async function newestLossReports(
  asked: PageArguments,
  context: CredentialsContext,
): Promise<CountedPage<LossReport>> {
  const { first, after } = asked;
  const { index, cards } = context.services;
  await requireApplications(context);
  const found = await index.lossReports(after, first + 1);
  const ids = found.slice(0, first).map(({ id }) => id);
  const before = found.length > first ? (found.at(-1)?.id ?? null) : null;
  const page = { first: ids.length, after: before };
  const rows = ids.length === 0 ? [] : (await cards.listLossReports(page, context.signal)).rows;
  const current = rows.filter(({ id }) => ids.includes(id)).toReversed();
  const bounds = boundsOfPage(asked, found.length);
  const shown = toPage(current, ({ id }) => id, bounds, ids.at(-1) ?? null);
  return { ...shown, totalCount: () => index.countLossReports() };
}

/** A page of the loss reports of these cards. Each report takes a call. */
export async function lossReportsOfCards(
  libraryCardNumbers: readonly string[],
  order: ApplicationOrder,
  asked: PageArguments,
  context: CredentialsContext,
): Promise<CountedPage<LossReport>> {
  const { first, after } = asked;
  const { index } = context.services;
  await requireApplications(context);
  const found = await index.lossReportsOfCards({ libraryCardNumbers, order, after, maxItems: first + 1 });
  const listed = found.slice(0, first);
  const read = await Promise.all(listed.map((report) => readLossReport(report, context)));
  const bounds = boundsOfPage(asked, found.length);
  const current = read.filter((report) => report !== null);
  const page = toPage(current, ({ id }) => id, bounds, listed.at(-1)?.id ?? null);
  return { ...page, totalCount: () => index.countLossReportsOfCards(libraryCardNumbers) };
}

/** The loss report with this id. Null if there is none. @throws GraphQLError INDEX_NOT_READY */
export async function findLossReport(id: string, context: CredentialsContext): Promise<LossReport | null> {
  await requireApplications(context);
  const found = await context.services.index.lossReport(id);
  return found === null ? null : await readLossReport(found, context);
}

/**
 * Reads a report by the id of the report before it, because card management can't read a single report. Null if card
 * management no longer has it.
 */
async function readLossReport(
  { id, previousId }: FoundLossReport,
  { services: { cards }, signal }: CredentialsContext,
): Promise<LossReport | null> {
  const { rows } = await cards.listLossReports({ first: 1, after: previousId }, signal);
  return rows.find((report) => report.id === id) ?? null;
}

/** @throws GraphQLError INDEX_NOT_READY */
async function requireApplications({ services }: CredentialsContext): Promise<void> {
  if (!(await services.index.hasAllApplications())) {
    throw new LocalizedError(errorTexts.APPLICATIONS_NOT_LISTED, { extensions: { code: 'INDEX_NOT_READY' } });
  }
}
