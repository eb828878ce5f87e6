import type { NewApplication } from '../../../../../adapters/credentials/port.ts';
import { presentedBy } from '../../../rules/cards/lost-dates.ts';
import type { CredentialTask } from '../../services.ts';

/**
 * Whether another patron has the smart identity card that an application names (R7). The registry may lack that
 * patron's number, so card management is asked. It finds a card only by number and date of issue. If the number is
 * enrolled with another date, it refuses later to issue the card.
 */
export async function isEnrolledElsewhere(
  { services, signal }: CredentialTask,
  application: NewApplication,
): Promise<boolean> {
  const presented = presentedBy(application);
  const card = presented === null ? null : await services.cards.findSmartId(presented, signal);
  return card !== null && card.patronId !== application.patronId;
}
