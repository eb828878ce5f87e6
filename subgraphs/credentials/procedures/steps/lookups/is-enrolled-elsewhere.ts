import type { NewApplication } from '../../../../../adapters/credentials/port.ts';
import { presentedBy } from '../../../rules/cards/lost-dates.ts';
import type { CredentialTask } from '../../services.ts';

/**
 * Whether the smart identity card of an application is already enrolled for another patron (R7), although the registry
 * may not have its number. Card management finds it only by number and date of issue. If the number is enrolled with
 * another date, card management refuses to issue the card.
 */
export async function isEnrolledElsewhere(
  { services, signal }: CredentialTask,
  application: NewApplication,
): Promise<boolean> {
  const presented = presentedBy(application);
  const card = presented === null ? null : await services.cards.findSmartId(presented, signal);
  return card !== null && card.patronId !== application.patronId;
}
