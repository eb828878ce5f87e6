import type { CardManagement, Page, PageRequest } from '../../../adapters/credentials/port.ts';
import type { IndexDatabase } from '../../../adapters/index/port.ts';
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
 * Reads the applications and loss reports that have come since, by their numbers, and the next undecided applications: no list
 * tells what was decided. Resolves to the last undecided one that was read, where the next call goes on, or null at their end.
 * @throws UpstreamError, JournalUnavailable
 */
export async function pollApplications(
  services: Services,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { index, cards } = services;
  const last = await index.lastNumbers();
  await readNew(
    last.application,
    (page) => cards.listApplications({}, page, signal),
    (rows) => index.saveApplications(rows.map(indexedApplication)),
  );
  await readNew(
    last.lossReport,
    (page) => cards.listLossReports(page, signal),
    (rows) => index.saveLossReports(rows),
  );
  if (!(await index.hasAllApplications())) {
    await index.finishApplications();
  }
  return await readUndecided(services, after, signal);
}

/** Reads and saves the rows that come after the one of number `last`, page after page. */
async function readNew<Row extends { readonly id: string }>(
  last: string | null,
  read: (page: PageRequest) => Promise<Page<Row>>,
  save: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  let after = last;
  for (;;) {
    const { rows, hasNextPage } = await read({ first: pageSize, ...(after !== null && { after }) });
    await save(rows);
    after = rows.at(-1)?.id ?? after;
    if (!hasNextPage) {
      return;
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
