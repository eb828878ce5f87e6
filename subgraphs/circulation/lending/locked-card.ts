import type { Credential } from '../../../adapters/credentials/port.ts';
import { applicantKey } from '../../operations/locks.ts';
import type { OperationRefused } from '../../operations/operation-refused.ts';
import { refused } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';

/**
 * The refusal for a card that is in use, and that an operation has locked. An operation on this card alone ends it or
 * reports it lost, so the card can't be used from now on (R17). An operation on the patron, such as a suspension, locks all
 * of the patron's cards, so that showing another one doesn't help.
 */
export async function refusalOfLockedCard(
  { journal }: LendingServices,
  { patronId }: Pick<Credential, 'patronId'>,
): Promise<OperationRefused> {
  const isOfPatron = await journal.isLocked(applicantKey(patronId));
  return refused(isOfPatron ? 'ANOTHER_OPERATION_OPEN' : 'CREDENTIAL_NOT_ACTIVE');
}
