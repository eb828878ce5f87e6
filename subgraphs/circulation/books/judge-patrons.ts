import {
  type Evidence,
  type FindingKind,
  kindsByCardEvents,
  type PatronFinding,
  type WorkedFinding,
} from '../../../store/journal/port.ts';
import { findingsOf, type KnownPatron } from '../../operations/books/patron-rules.ts';
import { readPatrons } from '../../operations/books/read-patrons.ts';
import { loanLimit } from '../rules/limits.ts';
import type { PatronBooksServices } from './services.ts';

/** The number of a patron's latest operations that are read. Operations before these ended long ago. */
const latestOperations = 20;

/**
 * Reads the patrons (1 to 500) and compares what the systems say about them. Records differences as findings, and
 * resolves the findings whose difference is gone.
 *
 * A patron is left out while an operation of the patron runs, or if one has just ended. A patron is also left out if a
 * finding about the patron was changed after the number `until`. In these cases, the data that was read may be older
 * than the change. Resolves to the patrons that were left out, who must be examined again later.
 *
 * Example: staff repair the finding `CARD_NOT_BLOCKED`, and it is resolved. A minute later, the events that are read
 * don't show the block yet. The difference is found again, but the finding is not opened again.
 *
 * @param until a number of the sequence in `BookNumbers`. It is so old that all earlier gaps in the events have been
 *   filled.
 * @throws UpstreamError, StoreUnavailable
 */
export async function judgePatrons(
  services: PatronBooksServices,
  patronIds: readonly string[],
  until: bigint,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { cardEvents, findings } = services;
  const open = await findings.openFindingsOf(patronIds);
  const known = await readPatrons(services, patronIds, signal);
  const { since: eventsSince } = await cardEvents.cardEventsRead();
  const found = known.flatMap((patron) =>
    findingsOf(withOpenFindings(patron, open), { loanLimit, eventsSince }),
  );
  const involved = [...new Set([...found, ...open].flatMap(({ patronId }) => patronId ?? []))];
  const busy = await busyPatrons(services, involved);
  const isQuiet = ({ patronId }: Pick<WorkedFinding, 'patronId'>) => !busy.has(patronId ?? '');
  const later = await record(services, found.filter(isQuiet), until);
  const stillFound = new Set(found.map(keyOf));
  for (const finding of open.filter(isQuiet)) {
    const isKnown = eventsSince !== null || !isByCardEvents(finding.kind);
    if (isKnown && !stillFound.has(keyOf(finding))) {
      const resolved = { state: 'RESOLVED', by: null, reason: null } as const;
      await findings.changeFinding(finding, resolved, finding.version);
    }
  }
  return new Set([...busy, ...later]);
}

const kindsByEvents: ReadonlySet<FindingKind> = new Set(kindsByCardEvents);
const isByCardEvents = (kind: FindingKind): boolean => kindsByEvents.has(kind);

/** Adds to each card the loans that were made after the card's end. The open findings name these loans. */
function withOpenFindings(patron: KnownPatron, open: readonly WorkedFinding[]): KnownPatron {
  const lent = open
    .filter(({ kind }) => kind === 'LENT_ON_ENDED_CARD')
    .flatMap(({ evidence }) => evidence?.loans ?? []);
  return {
    ...patron,
    cards: patron.cards.map((card) => ({
      ...card,
      lentAfterEnd: lent.filter(
        ({ libraryCardNumber }) => libraryCardNumber === card.credential.libraryCardNumber,
      ),
    })),
  };
}

/**
 * The patrons with an operation that runs or has just ended. An end in the far future is ignored, because it was
 * written by a wrong clock.
 */
async function busyPatrons(
  { journal, times }: PatronBooksServices,
  patronIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const nowMs = (await journal.now()).getTime();
  const momentMs = 2 * times.gapsFillWithinMs;
  const busy = new Set<string>();
  for (const patronId of patronIds) {
    const operations = await journal.operationsOfPatron(patronId, null, latestOperations);
    if (
      operations.some(
        ({ settledAt }) => settledAt === null || Math.abs(nowMs - settledAt.getTime()) < momentMs,
      )
    ) {
      busy.add(patronId);
    }
  }
  return busy;
}

/** The maximum number of findings that the journal records in one call. */
const maxRecorded = 500;

/**
 * Records findings, and logs how many are new. A finding that was changed after the number `until` (`BookNumbers`)
 * stays as it is. Resolves to the patrons of these findings.
 * @throws StoreUnavailable
 */
export async function record(
  { findings, log }: PatronBooksServices,
  found: readonly PatronFinding[],
  until: bigint,
): Promise<ReadonlySet<string>> {
  const later = new Set<string>();
  for (let start = 0; start < found.length; start += maxRecorded) {
    const some = found.slice(start, start + maxRecorded);
    const recorded = await findings.recordPatronFindings(some, until);
    for (const patronId of recorded.later) {
      later.add(patronId);
    }
    if (recorded.opened > 0) {
      log.warn(
        { findings: recorded.opened },
        'the three systems do not agree about patrons: see `npm run books`',
      );
    }
  }
  return later;
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

const keyOf = ({ kind, patronId, evidence }: Pick<WorkedFinding, 'kind' | 'patronId' | 'evidence'>): string =>
  `${kind} ${patronId} ${evidence?.libraryCardNumber}`;
