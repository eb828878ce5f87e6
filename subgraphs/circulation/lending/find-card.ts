import type { Credential, CredentialKind } from '../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { isCardOf, isReportedLost, presentedFault, type SmartIdPresented } from '../../library/smart-id.ts';
import type { AboutPatron } from '../../operations/ledger.ts';
import { refused } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';

/** The card that was shown; exactly one of the two is set. The form of the smart identity card's facts has been checked. */
export interface CredentialPresented {
  readonly libraryCardNumber?: string | null;
  readonly smartId?: SmartIdPresented | null;
}

/** R11: whether the number of a card is enough to borrow with it. If not, the card itself must be read. */
const lendsByNumber: Readonly<Record<CredentialKind, boolean>> = { LIBRARY_CARD: true, SMART_ID: false };

/**
 * The card that was shown, where it is in use and lends as it was shown.
 * @throws OperationRefused CREDENTIAL_NOT_FOUND where there is no such card. CREDENTIAL_NOT_ACTIVE where it is lost (R17) or was
 * replaced. REPLACEMENT_NOT_TAKEN_OVER for the replacement of a card that is still lost (R18). CARD_MUST_BE_READ for the number
 * of a smart identity card: it is printed on the library information card, and whoever has read that paper need not have the
 * card (R11). For a smart identity card also the codes of `presentedFault`. `today` is a day in Hong Kong. `about` is told whose
 * card it is, also where it doesn't lend.
 */
export async function findPresentedCard(
  lending: LendingServices,
  { libraryCardNumber, smartId }: CredentialPresented,
  today: string,
  about: AboutPatron,
  signal: AbortSignal,
): Promise<Credential> {
  if (smartId != null) {
    return await findReadCard(lending, smartId, today, about, signal);
  }
  const card = await findCardByNumber(lending, libraryCardNumber ?? '', signal);
  about(card.patronId);
  if (card.state !== 'ACTIVE') {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  if (!lendsByNumber[card.kind]) {
    throw refused('CARD_MUST_BE_READ');
  }
  return card;
}

/** No card has a number with a wrong check digit, so card management is not asked about one (R8). */
async function findCardByNumber(
  { cards }: LendingServices,
  number: string,
  signal: AbortSignal,
): Promise<Credential> {
  const [card] = hasLuhnCheckDigit(number) ? await cards.cardsByNumber([number], signal) : [];
  if (card == null) {
    throw refused('CREDENTIAL_NOT_FOUND');
  }
  return card;
}

/** Card management finds current cards only. Whether an older card was shown is found among the patron's cards. */
async function findReadCard(
  { cards, patrons }: LendingServices,
  presented: SmartIdPresented,
  today: string,
  about: AboutPatron,
  signal: AbortSignal,
): Promise<Credential> {
  const fault = presentedFault(presented, today);
  if (fault !== null) {
    throw refused(fault.code, { field: ['credential', 'smartId', fault.field] });
  }
  const found = await cards.findSmartId(presented, signal);
  if (found !== null) {
    about(found.patronId);
  }
  if (found?.state === 'ACTIVE') {
    return found;
  }
  if (found !== null) {
    // R18: the replacement of this lost card; or, where a later one was lost as well, that one or an older.
    const [all = []] = await cards.cardsByPatron([found.patronId], signal);
    throw refused(isReportedLost(presented, all) ? 'CREDENTIAL_NOT_ACTIVE' : 'REPLACEMENT_NOT_TAKEN_OVER');
  }
  const { identityNumber } = presented;
  const patron = await patrons.findByDocument({ kind: 'HKID', number: identityNumber }, signal);
  if (patron === null) {
    throw refused('CREDENTIAL_NOT_FOUND');
  }
  about(patron.number);
  const [own = []] = await cards.cardsByPatron([patron.number], signal);
  const isEnrolled = own.some((card) => isCardOf(card, identityNumber));
  throw refused(isEnrolled ? 'CREDENTIAL_NOT_ACTIVE' : 'CREDENTIAL_NOT_FOUND');
}
