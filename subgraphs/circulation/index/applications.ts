import type {
  Application,
  CardManagement,
  LossReport,
  Page,
  PageRequest,
} from '../../../adapters/credentials/port.ts';
import type { IndexDatabase, IsSaved, ListState } from '../../../adapters/index/port.ts';
import { indexedApplication } from '../../library/indexed-application.ts';

/** Rows in a page: the most that the port gives. */
const pageSize = 100;
/** Undecided applications that are read again at once: one call to card management. */
const undecidedAtOnce = 25;

interface Services {
  readonly index: IndexDatabase;
  readonly cards: CardManagement;
}

/**
 * Reads the applications and loss reports that have come since `state`, by their numbers, and the next undecided applications: no list
 * tells what was decided. Resolves to the last undecided one that was read, where the next call goes on, or null at their end.
 * @throws UpstreamError, JournalUnavailable
 */
export async function pollApplications(
  services: Services,
  state: ListState,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { index, cards } = services;
  const withApplications = await readNew<Application>(state, {
    position: 'lastApplication',
    read: (page) => cards.listApplications({}, page, signal),
    save: (from, rows, lastId) => index.saveListedApplications(from, rows.map(indexedApplication), lastId),
  });
  const withReports =
    withApplications === null
      ? null
      : await readNew<LossReport>(withApplications, {
          position: 'lastLossReport',
          read: (page) => cards.listLossReports(page, signal),
          save: (from, rows, lastId) => index.saveListedLossReports(from, rows, lastId),
        });
  if (withReports === null) {
    return after;
  }
  if (!(await index.hasAllApplications())) {
    await index.finishApplications(withReports);
  }
  return await readUndecided(services, after, signal);
}

/** One of card management's lists. */
interface List<Row> {
  readonly position: 'lastApplication' | 'lastLossReport';
  read(page: PageRequest): Promise<Page<Row>>;
  save(from: ListState, rows: readonly Row[], lastId: string): Promise<IsSaved>;
}

/**
 * Reads and saves what has come to a list, page after page. Resolves to the state with its new position; null once another builder has
 * moved it.
 */
async function readNew<Row extends { readonly id: string }>(
  state: ListState,
  { position, read, save }: List<Row>,
): Promise<ListState | null> {
  let current = state;
  for (;;) {
    const after = current[position];
    const { rows, hasNextPage } = await read({ first: pageSize, ...(after !== null && { after }) });
    const lastId = rows.at(-1)?.id;
    if (lastId !== undefined) {
      if (!(await save(current, rows, lastId))) {
        return null;
      }
      current = { ...current, [position]: lastId };
    }
    if (!hasNextPage) {
      return current;
    }
  }
}

async function readUndecided(
  { index, cards }: Services,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const ids = await index.undecidedAfter(after, undecidedAtOnce);
  const found = await cards.applicationsById(ids, signal);
  await index.saveApplications(
    found.flatMap((application) => (application === null ? [] : [indexedApplication(application)])),
  );
  return ids.length < undecidedAtOnce ? null : (ids.at(-1) ?? null);
}
