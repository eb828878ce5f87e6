import type { ChangeResult, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Place } from '../../../store/journal/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import { problemOfFullCard } from '../rules/free-places.ts';
import { type CirculationProblem, problemOf } from '../rules/problems.ts';
import { readLoans, readSettledSnapshot } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

/**
 * The result of a check-out that circulation refused because the card is full, by a reading of the patron after the refusal:
 * see {@link problemOfFullCard}. Empty for every other answer, which says itself what it means.
 */
export async function explainFullCard(
  lending: LendingServices,
  { id }: Operation,
  patronId: string,
  change: ChangeResult<{ readonly loan: Loan }>,
  signal: AbortSignal,
): Promise<LendingResult> {
  if (!('refused' in change) || change.refused !== 'CARD_LIMIT_REACHED') {
    return {};
  }
  const read = () => readLoans(lending, patronId, signal);
  const { rows, places } = await readSettledSnapshot(lending, patronId, 'LOAN', read);
  const isAnothers = ({ operationId }: Place) => operationId !== id;
  return {
    problem: problemOfFullCard(rows, { ...places, unsettled: places.unsettled.filter(isAnothers) }),
  };
}

/** The item is out on one of the patron's cards already. Thrown before a place is reserved. */
export class AlreadyLent extends OperationRefused<CirculationProblem> {
  readonly loan: Loan;

  constructor(loan: Loan, patronId: string) {
    super([problemOf('ALREADY_LENT')], patronId);
    this.loan = loan;
  }
}

/** The result of a check-out that is refused with the loan that there is. */
export const resultOfAlreadyLent = ({ libraryCardNumber, id }: Loan): LendingResult => ({
  problem: 'ALREADY_LENT',
  libraryCardNumber,
  loanId: id,
});

/**
 * The result of a check-out that circulation refused because the item is not available, where it is out on one of the
 * patron's own cards: another check-out of theirs was faster. Empty where it isn't, and for every other answer.
 *
 * A loan of this very operation is none of these: the request was delivered twice, and the reconciler finds that it was done.
 */
export async function explainUnavailableItem(
  lending: LendingServices,
  { id }: Operation,
  patronId: string,
  itemNumber: string,
  change: ChangeResult<{ readonly loan: Loan }>,
  signal: AbortSignal,
): Promise<LendingResult> {
  if (!('refused' in change) || change.refused !== 'ITEM_NOT_AVAILABLE') {
    return {};
  }
  const { rows } = await readLoans(lending, patronId, signal);
  const loan = rows.find((one) => one.itemNumber === itemNumber && one.reference !== id);
  return loan === undefined ? {} : resultOfAlreadyLent(loan);
}
