import type { Interval, JournalEntry, Merge, RecordChange } from '../history.ts';
import type { Violation } from './violation.ts';

/**
 * A record closes only once everything is back (R15): no operation of ours has a loan of the patron from the moment at
 * which a closing is done until the record is to be opened again. The loans of records that were merged into the patron's
 * count (R9). A merged record that was closed stays closed. Loans that desks make are not counted.
 *
 * Example of a violation: a closing is done at 900 ms, and a check-out of the patron lends from 890 ms on.
 */
export function loansOnClosedRecords(
  changes: readonly RecordChange[],
  journal: readonly JournalEntry[],
  merges: readonly Merge[],
): Violation[] {
  const endsById = new Map(
    changes.flatMap(({ change, id, at }) => (change === 'ENDED' ? [[id, at] as const] : [])),
  );
  const loans = changes.filter(
    ({ change, kind, reference }) => change === 'BEGUN' && kind === 'LOAN' && reference !== null,
  );
  return closings(journal, merges).flatMap(({ by, patronIds, from, until }) =>
    loans
      .filter(
        ({ id, patronId, at }) =>
          patronIds.includes(patronId) && at < until && (endsById.get(id) ?? Number.POSITIVE_INFINITY) > from,
      )
      .map((loan) => ({
        property: 'nothing out on a closed record',
        detail: `${by} closed ${patronIds}, and ${loan.reference} has ${loan.id}`,
      })),
  );
}

/** A time in which nothing is out on the cards of these records. */
interface Closing extends Interval {
  /** What closed them, for the detail of a violation. */
  readonly by: string;
  readonly patronIds: readonly string[];
}

function closings(journal: readonly JournalEntry[], merges: readonly Merge[]): readonly Closing[] {
  const done = journal.filter(({ state }) => state === 'DONE');
  const byClosing = done.flatMap(({ kind, id, patronId, settledAt }): Closing[] => {
    if (kind !== 'CLOSE_PATRON' || settledAt === null || patronId === null) {
      return [];
    }
    const reopened = done.find(
      (one) => one.kind === 'REOPEN_PATRON' && one.patronId === patronId && one.requestedAt >= settledAt,
    );
    const until = reopened?.requestedAt ?? Number.POSITIVE_INFINITY;
    const merged = merges.filter(({ stayingId, mergedAt }) => stayingId === patronId && mergedAt < settledAt);
    const patronIds = [patronId, ...merged.map(({ leavingId }) => leavingId)];
    return [{ by: id, patronIds, from: settledAt, until }];
  });
  const byMerge = merges.flatMap(({ leavingId, closedAt }): Closing[] =>
    closedAt === null
      ? []
      : [
          {
            by: 'the end of the merge',
            patronIds: [leavingId],
            from: closedAt,
            until: Number.POSITIVE_INFINITY,
          },
        ],
  );
  return [...byClosing, ...byMerge];
}
