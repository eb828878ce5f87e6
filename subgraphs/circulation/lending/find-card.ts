import type { Credential, CredentialKind } from '../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { isCardOf, isReportedLost, presentedFault, type SmartIdPresented } from '../../library/smart-id.ts';
import type { OperationPatron } from '../../operations/ledger.ts';
import { refused } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';

/** The card that was shown; exactly one of the two is set. The form of the smart identity card's facts has been checked. */
export interface CredentialPresented {
  readonly libraryCardNumber?: string | null;
  readonly smartId?: SmartIdPresented | null;
}

/** R11: whether the number of a card is enough to borrow with it. Otherwise the card itself must be read. */
const lendsByNumber: Readonly<Record<CredentialKind, boolean>> = { LIBRARY_CARD: true, SMART_ID: false };

/**
 * The card that was shown, where it is in use and lends as it was shown. `today` is a day in Hong Kong. `patron` learns whose
 * card it is, even if it doesn't lend.
 *
 * @throws OperationRefused
 * - CREDENTIAL_NOT_FOUND: there is no such card.
 * - CREDENTIAL_NOT_ACTIVE: it is lost (R17), or was replaced.
 * - REPLACEMENT_NOT_TAKEN_OVER: it is the replacement of a card that is still lost (R18).
 * - CARD_MUST_BE_READ: the number of a smart identity card. The library information card shows it too, and a person who has that
 *   paper need not have the card (R11).
 * - the codes of `presentedFault`, for a smart identity card.
 */
export async function findPresentedCard(
  services: LendingServices,
  { libraryCardNumber, smartId }: CredentialPresented,
  today: string,
  patron: OperationPatron,
  signal: AbortSignal,
): Promise<Credential> {
  if (smartId != null) {
    return await findReadCard(services, smartId, today, patron, signal);
  }
  const card = await findCardByNumber(services, libraryCardNumber ?? '', signal);
  patron.learn(card.patronId);
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

/** Card management finds current cards only. An older card is recognised among all cards of its patron. */
async function findReadCard(
  { cards, patrons }: LendingServices,
  presented: SmartIdPresented,
  today: string,
  patron: OperationPatron,
  signal: AbortSignal,
): Promise<Credential> {
  const fault = presentedFault(presented, today);
  if (fault !== null) {
    throw refused(fault.code, { field: ['credential', 'smartId', fault.field] });
  }
  const found = await cards.findSmartId(presented, signal);
  if (found !== null) {
    patron.learn(found.patronId);
  }
  if (found?.state === 'ACTIVE') {
    return found;
  }
  if (found !== null) {
    // R18: the date of issue tells the replacement from the lost card, and from those before it.
    const [all = []] = await cards.cardsByPatron([found.patronId], signal);
    throw refused(isReportedLost(presented, all) ? 'CREDENTIAL_NOT_ACTIVE' : 'REPLACEMENT_NOT_TAKEN_OVER');
  }
  const { identityNumber } = presented;
  const record = await patrons.findByDocument({ kind: 'HKID', number: identityNumber }, signal);
  if (record === null) {
    throw refused('CREDENTIAL_NOT_FOUND');
  }
  patron.learn(record.number);
  const [own = []] = await cards.cardsByPatron([record.number], signal);
  const isEnrolled = own.some((card) => isCardOf(card, identityNumber));
  throw refused(isEnrolled ? 'CREDENTIAL_NOT_ACTIVE' : 'CREDENTIAL_NOT_FOUND');
}
