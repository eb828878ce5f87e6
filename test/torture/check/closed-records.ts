import type { JournalEntry, RecordChange } from '../history.ts';
import type { Violation } from './violation.ts';

/**
 * A record closes only once everything is back (R15): no operation of ours has a loan of the patron from the moment at
 * which a closing is done until the record is to be opened again. Loans that desks make are not counted.
 *
 * Example of a violation: a closing is done at 900 ms, and a check-out of the patron lends from 890 ms on.
 */
export function loansOnClosedRecords(
  changes: readonly RecordChange[],
  journal: readonly JournalEntry[],
): Violation[] {
  const endsById = new Map(
    changes.flatMap(({ change, id, at }) => (change === 'ENDED' ? [[id, at] as const] : [])),
  );
  const loans = changes.filter(
    ({ change, kind, reference }) => change === 'BEGUN' && kind === 'LOAN' && reference !== null,
  );
  const done = journal.filter(({ state }) => state === 'DONE');
  return done.flatMap(({ kind, id, patronId, settledAt }) => {
    if (kind !== 'CLOSE_PATRON' || settledAt === null) {
      return [];
    }
    const reopened = done.find(
      (one) => one.kind === 'REOPEN_PATRON' && one.patronId === patronId && one.requestedAt >= settledAt,
    );
    const until = reopened?.requestedAt ?? Number.POSITIVE_INFINITY;
    return loans
      .filter(
        (loan) =>
          loan.patronId === patronId &&
          loan.at < until &&
          (endsById.get(loan.id) ?? Number.POSITIVE_INFINITY) > settledAt,
      )
      .map((loan) => ({
        property: 'nothing out on a closed record',
        detail: `${id} closed ${patronId}, and ${loan.reference} has ${loan.id}`,
      }));
  });
}
