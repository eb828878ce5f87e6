import type { Evidence, PatronFinding, WorkedFinding } from '../../../store/journal/port.ts';
import { findingsOf } from '../../operations/books/patron-rules.ts';
import { readPatrons } from '../../operations/books/read-patrons.ts';
import { loanLimit } from '../rules/limits.ts';
import type { PatronBooksServices } from './services.ts';

/** The number of a patron's latest operations that are read. Earlier operations have ended long ago. */
const latestOperations = 20;

/**
 * Reads the patrons (1 to 500). Records their differences as findings, and resolves findings whose difference is gone.
 * Patrons with an operation that runs or ended a moment ago are not judged. Resolves to these patrons, who must be
 * examined again later.
 * @throws UpstreamError, StoreUnavailable
 */
export async function judgePatrons(
  services: PatronBooksServices,
  patronIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { cardEvents, findings } = services;
  const known = await readPatrons(services, patronIds, signal);
  const { since: eventsSince } = await cardEvents.cardEventsRead();
  const found = known.flatMap((patron) => findingsOf(patron, { loanLimit, eventsSince }));
  const open = await findings.openFindingsOf(patronIds);
  const involved = [...new Set([...found, ...open].flatMap(({ patronId }) => patronId ?? []))];
  const busy = await busyPatrons(services, involved);
  const isQuiet = ({ patronId }: Pick<WorkedFinding, 'patronId'>) => !busy.has(patronId ?? '');
  await record(services, found.filter(isQuiet));
  const stillFound = new Set(found.map(keyOf));
  for (const finding of open.filter(isQuiet)) {
    if (!stillFound.has(keyOf(finding))) {
      await findings.changeFinding(finding, { state: 'RESOLVED', by: null, reason: null });
    }
  }
  return busy;
}

/** The patrons with an operation that runs or ended a moment ago. */
async function busyPatrons(
  { journal, times }: PatronBooksServices,
  patronIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const now = await journal.now();
  const endedSince = now.getTime() - 2 * times.gapsFillWithinMs;
  const busy = new Set<string>();
  for (const patronId of patronIds) {
    const operations = await journal.operationsOfPatron(patronId, null, latestOperations);
    if (operations.some(({ settledAt }) => settledAt === null || settledAt.getTime() > endedSince)) {
      busy.add(patronId);
    }
  }
  return busy;
}

/** The most findings that the journal records in one call. */
const maxRecorded = 500;

/** Records findings, and logs how many are new. @throws StoreUnavailable */
export async function record(
  { findings, log }: PatronBooksServices,
  found: readonly PatronFinding[],
): Promise<void> {
  for (let start = 0; start < found.length; start += maxRecorded) {
    const newFindings = await findings.recordPatronFindings(found.slice(start, start + maxRecorded));
    if (newFindings > 0) {
      log.warn(
        { findings: newFindings },
        'the three systems do not agree about patrons: see `npm run books`',
      );
    }
  }
}

const nothing: Evidence = {
  libraryCardNumber: null,
  patronStatus: null,
  cardState: null,
  event: null,
  loans: [],
};

export const unknownCard = (libraryCardNumber: string): PatronFinding => ({
  kind: 'CARD_UNKNOWN',
  patronId: null,
  evidence: { ...nothing, libraryCardNumber },
});

/** Identifies a finding about a patron. */
const keyOf = ({ kind, patronId, evidence }: Pick<WorkedFinding, 'kind' | 'patronId' | 'evidence'>): string =>
  `${kind} ${patronId} ${evidence?.libraryCardNumber}`;
