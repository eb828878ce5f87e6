import { GraphQLError } from 'graphql';
import type { Credential } from '../../adapters/credentials/port.ts';
import { identityNumberOf, isIdentityNumber } from './numbers.ts';

/** Smart identity cards have been issued since that day; one of an earlier date is of the older kind (R5). */
export const firstSmartIdDateOfIssue = '2003-06-23';

/** The two facts read from a smart identity card (R6). */
export interface SmartIdPresented {
  readonly identityNumber: string;
  readonly dateOfIssue: string;
}

/**
 * Throws what is wrong with the facts before any system is asked: IDENTITY_NUMBER_INVALID (R8), SMART_ID_NEEDED for
 * the older kind of card, INVALID for a date in the future (R5). `today` is a day in Hong Kong.
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
 * R17 and R18: whether these are the facts of a smart identity card that was reported lost, or of an older one. `patronCards`
 * are all cards of its holder, ended ones too: each tells of the loss that was reported of it last, unless the card has been
 * replaced since and is in use again.
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

/** True for a smart identity card of that number, also where a counter has left it as it was written. */
export function isCardOf(card: Credential, identityNumber: string): boolean {
  return card.identityNumber !== null && identityNumberOf(card.identityNumber) === identityNumber;
}

/** True where the date of issue that a smart identity card has is that of a reported loss. */
export function hasReportedDate({ state, onReplacement }: Credential): boolean {
  return state !== 'ACTIVE' && onReplacement !== null;
}

/** R8: the one code for what is no identity number, wherever it is given. */
export function identityNumberInvalid(message: string): GraphQLError {
  return refusal('IDENTITY_NUMBER_INVALID', message);
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
