import { GraphQLError } from 'graphql';
import type { Credential } from '../../adapters/credentials/port.ts';
import { identityNumberOf, isIdentityNumber } from './card-and-identity-numbers.ts';

/** Smart identity cards have been issued since this day. A card with an earlier date of issue is of the older kind (R5). */
export const firstSmartIdDateOfIssue = '2003-06-23';

/** The two facts read from a smart identity card (R6). */
export interface SmartIdPresented {
  readonly identityNumber: string;
  readonly dateOfIssue: string;
}

/**
 * Validates the facts before any system is called. `today` is a day in Hong Kong.
 * @throws GraphQLError IDENTITY_NUMBER_INVALID (R8); SMART_ID_NEEDED for the older kind of card, INVALID for a date of issue in
 * the future (R5).
 */
export function checkPresented(presented: SmartIdPresented, today: string): void {
  if (!isIdentityNumber(presented.identityNumber)) {
    throw identityNumberInvalid("The identity number's check digit is wrong: read the card again.");
  }
  if (presented.dateOfIssue < firstSmartIdDateOfIssue) {
    throw refusal('SMART_ID_NEEDED', 'Smart identity cards have been issued since 23 June 2003.');
  }
  if (presented.dateOfIssue > today) {
    throw refusal('INVALID', 'The date of issue lies in the future: read the card again.');
  }
}

/**
 * Whether these are the facts of a smart identity card that was reported lost, or of one issued before it (R17, R18).
 * `patronCards`: all cards of the holder, ended ones too. Each shows the last loss that was reported of it, unless the card was
 * replaced since and is in use again.
 *
 * The card issued on 1 May 2020 was reported lost. A card of that number with the date 1 May 2020 or 1 May 2015 is refused;
 * its replacement, issued on 1 June 2024, is not.
 */
export function isReportedLost(
  { identityNumber, dateOfIssue }: SmartIdPresented,
  patronCards: readonly Credential[],
): boolean {
  return patronCards.some(
    (card) =>
      isCardOf(card, identityNumber) &&
      hasReportedDate(card) &&
      card.dateOfIssue !== null &&
      dateOfIssue <= card.dateOfIssue,
  );
}

/** True for a smart identity card of that number, also where a counter has entered the number in another form. */
export function isCardOf(card: Credential, identityNumber: string): boolean {
  return card.identityNumber !== null && identityNumberOf(card.identityNumber) === identityNumber;
}

/** True where a smart identity card's date of issue is that of a card that was reported lost. */
export function hasReportedDate({ state, onReplacement }: Credential): boolean {
  return state !== 'ACTIVE' && onReplacement !== null;
}

/** The error for an invalid identity number (R8): the same code wherever one is given. */
export function identityNumberInvalid(message: string): GraphQLError {
  return refusal('IDENTITY_NUMBER_INVALID', message);
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
