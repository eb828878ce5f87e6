/** The loans of the reader at the desk, without reading them again after each scan. */
import type { DeskLoanFragment } from '../../operations.generated.ts';
import type { Row } from '../row.ts';

/**
 * The loans that were read with the card, plus the loans that this desk has made since, minus the loans that it has
 * ended. The earliest due date is first.
 *
 * @param read the loans that were read with the card
 * @param session the desk's session with this reader; rows of other sessions belong to other readers
 */
export function loansNow(
  read: readonly DeskLoanFragment[],
  rows: readonly Row[],
  session: number,
): readonly DeskLoanFragment[] {
  const lent = rows.flatMap(({ act, loan }) =>
    loan !== null && 'session' in act && act.session === session ? [loan] : [],
  );
  const ended = new Set(rows.map(({ endedLoan }) => endedLoan?.loanId));
  const byId = new Map([...lent, ...read].map((loan) => [loan.id, loan]));
  return [...byId.values()]
    .filter(({ id }) => !ended.has(id))
    .sort((one, other) => one.dueOn.localeCompare(other.dueOn));
}

/** The ids of the loans that this desk has made or ended. */
export const ownLoans = (rows: readonly Row[]): ReadonlySet<string> =>
  new Set(rows.flatMap(({ loan, endedLoan }) => [loan?.id ?? [], endedLoan?.loanId ?? []].flat()));
