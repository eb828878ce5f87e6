import type { Credential } from '../../../adapters/credentials/port.ts';
import type { PatronChanges } from '../../../adapters/patrons/port.ts';
import { isTooYoungForSmartId } from '../../library/person.ts';
import { isCardOf } from '../../library/smart-id.ts';
import { type PatronProblem, problem } from './problems.ts';

/**
 * Checks that the record keeps the number of the patron's smart identity card while the card is in use or lost (R7,
 * R18). Otherwise, somebody else could be registered by that number, and borrow with it on this patron's account. Also
 * checks that the card's holder does not become younger than 11 (R4).
 *
 * @example
 * // The card with D135790(6) is in use. Another number, or none: SMART_ID_ENROLLED. D135790(6): no problem.
 *
 * @param patronCards all cards of the patron
 * @param today a day in Hong Kong, `YYYY-MM-DD`
 */
export function enrolledSmartIdProblems(
  { identityNumber, dateOfBirth }: PatronChanges,
  patronCards: readonly Credential[],
  today: string,
): PatronProblem[] {
  const enrolled = patronCards.filter(
    ({ kind, state }) => kind === 'SMART_ID' && (state === 'ACTIVE' || state === 'LOST'),
  );
  const isParted =
    identityNumber !== undefined &&
    enrolled.some((card) => identityNumber === null || !isCardOf(card, identityNumber));
  const isTooYoung =
    dateOfBirth !== undefined && enrolled.length > 0 && isTooYoungForSmartId(dateOfBirth, today);
  return [
    ...(isParted ? [problem('SMART_ID_ENROLLED', 'identityNumber')] : []),
    ...(isTooYoung ? [problem('SMART_ID_ENROLLED', 'dateOfBirth')] : []),
  ];
}
