import type { CardManagement } from '../../../adapters/credentials/port.ts';
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
  const { index } = services;
  await readNewApplications(services, signal);
  await readNewLossReports(services, signal);
  if (!(await index.hasAllApplications())) {
    await index.finishApplications();
  }
  return await readUndecided(services, after, signal);
}

async function readNewApplications({ index, cards }: Services, signal: AbortSignal): Promise<void> {
  let { application: last } = await index.lastNumbers();
  for (;;) {
    const page = { first: pageSize, ...(last !== null && { after: last }) };
    const { rows, hasNextPage } = await cards.listApplications({}, page, signal);
    await index.saveApplications(rows.map(indexedApplication));
    last = rows.at(-1)?.id ?? last;
    if (!hasNextPage) {
      return;
    }
  }
}

async function readNewLossReports({ index, cards }: Services, signal: AbortSignal): Promise<void> {
  let { lossReport: last } = await index.lastNumbers();
  for (;;) {
    const page = { first: pageSize, ...(last !== null && { after: last }) };
    const { rows, hasNextPage } = await cards.listLossReports(page, signal);
    await index.saveLossReports(rows);
    last = rows.at(-1)?.id ?? last;
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
