import type { Credential } from '../../adapters/credentials/port.ts';
import { identityNumberOf, isIdentityNumber } from './card-and-identity-numbers.ts';
import { errorTexts } from './errors/error-texts.ts';
import { LocalizedError } from './errors/localized-error.ts';
import type { Localized } from './language.ts';

/**
 * Smart identity cards have been issued since this day. A card with an earlier date of issue is of the older kind (R5).
 */
export const firstSmartIdDateOfIssue = '2003-06-23';

/** The two facts that are read from a smart identity card (R6). */
export interface SmartIdPresented {
  readonly identityNumber: string;
  readonly dateOfIssue: string;
}

/** The fault of an identity number or a date of issue, and the field that has it. */
interface PresentedFault {
  readonly code: 'IDENTITY_NUMBER_INVALID' | 'SMART_ID_NEEDED' | 'INVALID';
  readonly field: keyof SmartIdPresented;
}

/**
 * The fault that can be found before any system is called; null if there is none. The code is `IDENTITY_NUMBER_INVALID`
 * for a wrong check digit (R8), `SMART_ID_NEEDED` for the older kind of card, and `INVALID` for a date of issue in the
 * future (R5).
 * @param today a day in Hong Kong
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

const faultTexts: Readonly<Record<PresentedFault['code'], Localized>> = {
  IDENTITY_NUMBER_INVALID: errorTexts.CARD_NUMBER_MISREAD,
  SMART_ID_NEEDED: errorTexts.OLDER_IDENTITY_CARD,
  INVALID: errorTexts.DATE_OF_ISSUE_IN_FUTURE,
};

/**
 * Checks the identity number and the date of issue in a query. A query's answer has no list of problems, so a fault is
 * an error. A mutation reports it as a problem.
 * @throws GraphQLError with the code of {@link presentedFault}.
 */
export function checkPresented(presented: SmartIdPresented, today: string): void {
  const fault = presentedFault(presented, today);
  if (fault !== null) {
    throw new LocalizedError(faultTexts[fault.code], { extensions: { code: fault.code } });
  }
}

/**
 * Whether these facts belong to a smart identity card that was reported lost, or to an older card with the same number
 * (R17, R18).
 *
 * Example: the card issued on 1 May 2020 was reported lost. A card with the same number and the date 1 May 2020 or 1
 * May 2015 is refused. Its replacement, issued on 1 June 2024, is not refused.
 *
 * @param patronCards all cards of the holder, even ended ones. A card shows its last reported loss until it is replaced
 *   and in use again.
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

/**
 * Whether a patron can borrow by showing this card. A card that was reported lost may have been enrolled again at a
 * counter. Nothing is lent on such a card (R17).
 * @param patronCards all cards of the patron, even ended ones
 */
export function isInUse(card: Credential, patronCards: readonly Credential[]): boolean {
  const { state, identityNumber, dateOfIssue } = card;
  const isSmartId = identityNumber !== null && dateOfIssue !== null;
  const isLost = isSmartId && isReportedLost({ identityNumber, dateOfIssue }, patronCards);
  return state === 'ACTIVE' && !isLost;
}

/**
 * Whether a smart identity card has this identity number. Counter staff may have stored the numbers in different forms,
 * so both are converted first.
 */
export function isCardOf(card: Credential, identityNumber: string): boolean {
  return (
    card.identityNumber !== null && identityNumberOf(card.identityNumber) === identityNumberOf(identityNumber)
  );
}

/** Whether the record of a smart identity card still has the date of issue of the card that was reported lost. */
export function hasReportedDate({ state, onReplacement }: Credential): boolean {
  return state !== 'ACTIVE' && onReplacement !== null;
}
