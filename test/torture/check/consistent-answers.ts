import type { ClientOperation, JournalEntry } from '../history.ts';
import type { Violation } from './violation.ts';

/** The longest time until every replica sees an operation that is written to the journal, in ms. */
const visibleWithinMs = 5_000;

/**
 * All answers about an operation agree, whichever replica gives them:
 * - a final state (`DONE` or `REFUSED`) never changes, and the journal has the same state;
 * - no answer is `UNSETTLED` after a final state;
 * - an operation in an answer is in the journal;
 * - every replica knows an operation in the journal at most 5 seconds after it was requested, until it is erased.
 *
 * Example of a violation: replica 0 answers `DONE`, the client asks again, and replica 1 answers `UNSETTLED`.
 */
export function contradictoryAnswers(
  asked: readonly ClientOperation[],
  journal: readonly JournalEntry[],
): Violation[] {
  const keyOf = ({ caller, reference }: { readonly caller: string; readonly reference: string }) =>
    `${caller} ${reference}`;
  const entriesByKey = new Map(journal.map((entry) => [keyOf(entry), entry]));
  return asked.flatMap((operation) => {
    const { reference, answers } = operation;
    const entry = entriesByKey.get(keyOf(operation));
    if (areConsistent(operation, entry)) {
      return [];
    }
    const told = answers.map(({ state }) => state ?? 'no such operation').join(', ');
    const detail = `the journal has ${reference} as ${entry?.state ?? 'unknown'}, and its client was told: ${told}`;
    return [{ property: 'consistent answers', detail } as const];
  });
}

function areConsistent({ answers }: ClientOperation, entry: JournalEntry | undefined): boolean {
  const states = answers.flatMap(({ state }) => state ?? []);
  const firstFinal = states.findIndex((state) => state !== 'UNSETTLED');
  const isTakenBack = firstFinal >= 0 && states.slice(firstFinal).includes('UNSETTLED');
  const visibleAt = entry === undefined ? Number.POSITIVE_INFINITY : entry.requestedAt + visibleWithinMs;
  const firstKnownAt = answers.find(({ state }) => state !== null)?.at ?? Number.POSITIVE_INFINITY;
  const erasedAt = entry?.erasedAt ?? Number.POSITIVE_INFINITY;
  const isDenied = answers.some(
    ({ state, from, at }) => state === null && at < erasedAt && (from > firstKnownAt || from > visibleAt),
  );
  return (
    !isTakenBack &&
    !isDenied &&
    states.every((state) => state === 'UNSETTLED' || state === entry?.state) &&
    (states.length === 0 || entry !== undefined)
  );
}
