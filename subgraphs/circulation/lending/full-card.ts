import type { ChangeResult, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Place } from '../../../adapters/journal/port.ts';
import { problemOfFullCard } from '../rules/quota.ts';
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
