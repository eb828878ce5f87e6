import type {
  Application,
  CardManagement,
  LossReport,
  Page,
  PageRequest,
} from '../../../adapters/credentials/port.ts';
import type { IndexDatabase, IsSaved, ListState } from '../../../store/index/port.ts';
import { indexedApplication } from '../../library/indexed-application.ts';
import { isInvalidResponse, readApart } from '../../runtime/read-apart.ts';
import type { IndexServices } from './services.ts';
import { setAside } from './set-aside.ts';

/** The maximum number of rows in a page. */
const pageSize = 100;
/** The number of undecided applications that one call to card management reads again. */
const undecidedAtOnce = 25;

type Services = Pick<IndexServices, 'index' | 'cards' | 'log'>;

/**
 * Reads the applications and loss reports that were added to card management's lists after `state`. Then reads some
 * undecided applications again, from the one after the id `after`: no list shows which of them were decided meanwhile.
 * Resolves to the id of the last application that was read again, for the next call, or to null if there are no more.
 *
 * Records that can't be decoded are set aside, and `refresh` reads them later.
 * @throws UpstreamError, StoreUnavailable
 */
export async function pollApplications(
  services: Services,
  state: ListState,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { index } = services;
  const withApplications = await readNew(services, state, applicationList, signal);
  const withReports =
    withApplications === null ? null : await readNew(services, withApplications, lossReportList, signal);
  if (withReports === null) {
    return after;
  }
  if (!(await index.hasAllApplications())) {
    await index.finishApplications(withReports);
  }
  return await readUndecided(services, after, signal);
}

/** One of card management's lists, and the functions to read it and to save it in the index. */
interface List<Row> {
  readonly kind: 'APPLICATION' | 'LOSS_REPORT';
  readonly position: 'lastApplication' | 'lastLossReport';
  read(cards: CardManagement, page: PageRequest, signal: AbortSignal): Promise<Page<Row>>;
  ids(cards: CardManagement, page: PageRequest, signal: AbortSignal): Promise<Page<string>>;
  /**
   * The keys with which `readByKey` reads each of these rows by itself. `after` is the id of the row before them, or
   * the empty text.
   */
  keysOf(ids: readonly string[], after: string): readonly string[];
  readByKey(cards: CardManagement, keys: readonly string[], signal: AbortSignal): Promise<readonly Row[]>;
  save(index: IndexDatabase, from: ListState, rows: readonly Row[], lastId: string): Promise<IsSaved>;
}

const applicationList: List<Application> = {
  kind: 'APPLICATION',
  position: 'lastApplication',
  read: (cards, page, signal) => cards.listApplications({ status: null, patronId: null }, page, signal),
  ids: (cards, page, signal) => cards.applicationIds(page, signal),
  keysOf: (ids) => ids,
  readByKey: async (cards, ids, signal) =>
    (await cards.applicationsById(ids, signal)).filter((application) => application !== null),
  save: (index, from, rows, lastId) =>
    index.saveListedApplications(from, rows.map(indexedApplication), lastId),
};

const lossReportList: List<LossReport> = {
  kind: 'LOSS_REPORT',
  position: 'lastLossReport',
  read: (cards, page, signal) => cards.listLossReports(page, signal),
  ids: (cards, page, signal) => cards.lossReportIds(page, signal),
  // A report can't be read by its id, but only by the id of the report before it.
  keysOf: (ids, after) => [after, ...ids.slice(0, -1)],
  readByKey: async (cards, afterIds, signal) => {
    const [after = ''] = afterIds;
    return (await cards.listLossReports(pageAfter(after, afterIds.length), signal)).rows;
  },
  save: (index, from, rows, lastId) => index.saveListedLossReports(from, rows, lastId),
};

const pageAfter = (after: string, first: number): PageRequest => ({ first, after: after || null });

/**
 * Reads the new rows of a list page by page, and saves them in the index. Resolves to the state with its new position,
 * or to null if another process builds the index and has moved the position.
 */
async function readNew<Row extends { readonly id: string }>(
  services: Services,
  state: ListState,
  list: List<Row>,
  signal: AbortSignal,
): Promise<ListState | null> {
  let current = state;
  for (;;) {
    const { rows, lastId, hasNextPage } = await readListed(
      services,
      list,
      current[list.position] ?? '',
      signal,
    );
    if (lastId !== undefined) {
      if (!(await list.save(services.index, current, rows, lastId))) {
        return null;
      }
      current = { ...current, [list.position]: lastId };
    }
    if (!hasNextPage) {
      return current;
    }
  }
}

interface ListedPage<Row> {
  readonly rows: readonly Row[];
  /** The id of the page's last row, even if that row can't be decoded. */
  readonly lastId: string | undefined;
  readonly hasNextPage: boolean;
}

/** Reads the next page. Rows that can't be decoded are left out, and stored for `refresh` to read again later. */
async function readListed<Row extends { readonly id: string }>(
  services: Services,
  list: List<Row>,
  after: string,
  signal: AbortSignal,
): Promise<ListedPage<Row>> {
  const { index, cards } = services;
  const page = pageAfter(after, pageSize);
  try {
    const { rows, hasNextPage } = await list.read(cards, page, signal);
    return { rows, lastId: rows.at(-1)?.id, hasNextPage };
  } catch (error) {
    if (!isInvalidResponse(error)) {
      throw error;
    }
  }
  const { rows: ids, hasNextPage } = await list.ids(cards, page, signal);
  const start = await index.startReading();
  const { answers, unreadable } = await readApart(
    list.keysOf(ids, after),
    (keys) => list.readByKey(cards, keys, signal),
    () => cards.ping(signal),
  );
  await setAside(services, list.kind, unreadable, start);
  return { rows: answers.flat(), lastId: ids.at(-1), hasNextPage };
}

async function readUndecided(
  services: Services,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { index, cards } = services;
  const ids = await index.undecidedAfter(after, undecidedAtOnce);
  const start = await index.startReading();
  const { answers, unreadable } = await readApart(
    ids,
    (some) => applicationList.readByKey(cards, some, signal),
    () => cards.ping(signal),
  );
  await index.saveApplications(answers.flat().map(indexedApplication));
  await setAside(services, 'APPLICATION', unreadable, start);
  return ids.length < undecidedAtOnce ? null : (ids.at(-1) ?? null);
}

/**
 * Reads applications again that could not be decoded before.
 * @throws UpstreamError, StoreUnavailable
 */
export async function rereadApplications(
  { index, cards }: Services,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const applications = await applicationList.readByKey(cards, ids, signal);
  await index.saveApplications(applications.map(indexedApplication));
}

/**
 * Reads loss reports again that could not be decoded before. `afterIds` has the id before each report.
 * @throws UpstreamError, StoreUnavailable
 */
export async function rereadLossReports(
  { index, cards }: Services,
  afterIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await index.saveLossReports(await lossReportList.readByKey(cards, afterIds, signal));
}
