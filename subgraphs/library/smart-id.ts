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

/** What is wrong with the facts, and with which of them. */
interface PresentedFault {
  readonly code: 'IDENTITY_NUMBER_INVALID' | 'SMART_ID_NEEDED' | 'INVALID';
  readonly field: keyof SmartIdPresented;
}

/**
 * What is wrong with the facts before any system is called; null where nothing is. `IDENTITY_NUMBER_INVALID` by the check digit
 * (R8); `SMART_ID_NEEDED` for the older kind of card, `INVALID` for a date of issue in the future (R5). `today` is a day in Hong
 * Kong.
 */
export function presentedFault(presented: SmartIdPresented, today: string): PresentedFault | null {
  if (!isIdentityNumber(presented.identityNumber)) {
    return { code: 'IDENTITY_NUMBER_INVALID', field: 'identityNumber' };
  }
  if (presented.dateOfIssue < firstSmartIdDateOfIssue) {
    return { code: 'SMART_ID_NEEDED', field: 'dateOfIssue' };
  }
  return presented.dateOfIssue > today ? { code: 'INVALID', field: 'dateOfIssue' } : null;
}

const faultMessages: Readonly<Record<PresentedFault['code'], string>> = {
  IDENTITY_NUMBER_INVALID: "The identity number's check digit is wrong: read the card again.",
  SMART_ID_NEEDED: 'Smart identity cards have been issued since 23 June 2003.',
  INVALID: 'The date of issue lies in the future: read the card again.',
};

/**
 * For a query, which has no problems in its answer: a mutation tells the same as a problem.
 * @throws GraphQLError with the code of {@link presentedFault}.
 */
export function checkPresented(presented: SmartIdPresented, today: string): void {
  const fault = presentedFault(presented, today);
  if (fault !== null) {
    throw refusal(fault.code, faultMessages[fault.code]);
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

/** True for a smart identity card of that number, also where a counter has entered either in another form. */
export function isCardOf(card: Credential, identityNumber: string): boolean {
  return (
    card.identityNumber !== null && identityNumberOf(card.identityNumber) === identityNumberOf(identityNumber)
  );
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
