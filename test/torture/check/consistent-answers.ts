import type { AskedOperation, JournalEntry } from '../history.ts';
import type { Violation } from './violation.ts';

/** Milliseconds in which what the journal has been asked to write down may not be seen by all. */
const writingMs = 5_000;

/**
 * What a client was once told of an operation's end is how it stands: no replica says otherwise later, and the journal
 * doesn't either. What a client was told anything of, the journal has; and what the journal has, any replica tells.
 */
export function brokenWords(asked: readonly AskedOperation[], journal: readonly JournalEntry[]): Violation[] {
  const keyOf = ({ caller, reference }: { readonly caller: string; readonly reference: string }) =>
    `${caller} ${reference}`;
  const byKey = new Map(journal.map((operation) => [keyOf(operation), operation]));
  return asked.flatMap((operation) => {
    const { reference, answers } = operation;
    const told = answers.flatMap(({ state }) => (state === null ? [] : state));
    const ends = told.filter((state) => state !== 'UNSETTLED');
    const first = told.findIndex((state) => state !== 'UNSETTLED');
    const tookBack = first >= 0 && told.slice(first).includes('UNSETTLED');
    const found = byKey.get(keyOf(operation));
    const stands = found?.state ?? 'unknown';
    const writtenAt = found === undefined ? Number.POSITIVE_INFINITY : found.requestedAt + writingMs;
    const firstTold = answers.find(({ state }) => state !== null)?.at ?? Number.POSITIVE_INFINITY;
    const isDenied = answers.some(
      ({ state, from }) => state === null && (from > firstTold || from > writtenAt),
    );
    const isRight =
      !tookBack &&
      !isDenied &&
      ends.every((state) => state === stands) &&
      (told.length === 0 || stands !== 'unknown');
    if (isRight) {
      return [];
    }
    return [
      {
        property: 'one word',
        detail: `${reference} is ${stands}, and its client was told ${answers.map(({ state }) => state).join(', ')}`,
      } as const,
    ];
  });
}
