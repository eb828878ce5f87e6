import type { Credential, CredentialKind } from '../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { isCardOf, isReportedLost, presentedFault, type SmartIdPresented } from '../../library/smart-id.ts';
import type { OperationPatron } from '../../operations/ledger.ts';
import { applicantKey } from '../../operations/locks.ts';
import type { OperationRefused } from '../../operations/operation-refused.ts';
import { refused } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';

/**
 * The card that was shown. Exactly one of the two fields is set. The format of what was read from a smart identity card
 * is already checked.
 */
export interface CredentialPresented {
  readonly libraryCardNumber?: string | null;
  readonly smartId?: SmartIdPresented | null;
}

/** Whether somebody who knows only the card's number may borrow with it (R11). Otherwise the card itself must be read. */
const lendsByNumber: Readonly<Record<CredentialKind, boolean>> = { LIBRARY_CARD: true, SMART_ID: false };

/**
 * Finds the card that was shown. The card must be in use, and showing it in this way must be enough to borrow. The
 * card and its patron are stored in `patron` for the operation, even if the card does not lend.
 * @param today a day in Hong Kong
 *
 * @throws OperationRefused
 * - CREDENTIAL_NOT_FOUND: there is no such card.
 * - CREDENTIAL_NOT_ACTIVE: the card is lost (R17), or was replaced.
 * - REPLACEMENT_NOT_TAKEN_OVER: the card is the replacement of a card that is still lost (R18).
 * - CARD_MUST_BE_READ: only the number of a smart identity card was given. The library information card shows this
 *   number, too. A person who has that paper need not have the card (R11).
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
  patron.learn(card.patronId, { libraryCardNumber: card.libraryCardNumber });
  if (card.state !== 'ACTIVE') {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  if (!lendsByNumber[card.kind]) {
    throw refused('CARD_MUST_BE_READ');
  }
  return card;
}

/** Finds a card by its number. A number with a wrong check digit is refused without a call (R8). */
async function findCardByNumber(
  { cards }: LendingServices,
  number: string,
  signal: AbortSignal,
): Promise<Credential> {
  const [card] = hasLuhnCheckDigit(number) ? await cards.cardsByNumber([number], signal) : [];
  if (card == null) {
    throw refused('CREDENTIAL_NOT_FOUND', { field: ['credential', 'libraryCardNumber'] });
  }
  return card;
}

/**
 * Finds a smart identity card that was read. Card management finds only current cards. An older card is recognised
 * among all cards of its patron.
 */
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
    patron.learn(found.patronId, { libraryCardNumber: found.libraryCardNumber });
  }
  if (found?.state === 'ACTIVE') {
    return found;
  }
  if (found !== null) {
    // A replacement, the lost card and older cards differ only in the date of issue (R18).
    const [all = []] = await cards.cardsByPatron([found.patronId], signal);
    throw refused(isReportedLost(presented, all) ? 'CREDENTIAL_NOT_ACTIVE' : 'REPLACEMENT_NOT_TAKEN_OVER');
  }
  const { identityNumber } = presented;
  const record = await patrons.findByDocument({ kind: 'HKID', number: identityNumber }, signal);
  if (record === null) {
    throw refused('CREDENTIAL_NOT_FOUND', { field: ['credential', 'smartId'] });
  }
  patron.learn(record.number);
  const [own = []] = await cards.cardsByPatron([record.number], signal);
  if (own.some((card) => isCardOf(card, identityNumber))) {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  throw refused('CREDENTIAL_NOT_FOUND', { field: ['credential', 'smartId'] });
}

/**
 * The refusal for a card in use that an operation has locked. An operation that locks a single card usually ends it or
 * reports it lost, so the card is refused as not in use (R17). Only the repair of a finding leaves the card in use. An
 * operation such as a suspension locks the patron. The refusal then says that another operation is open: the patron's
 * other cards would be refused, too.
 */
export async function refusalOfLockedCard(
  { journal }: LendingServices,
  { patronId }: Pick<Credential, 'patronId'>,
): Promise<OperationRefused> {
  const isOfPatron = await journal.isLocked(applicantKey(patronId));
  return refused(isOfPatron ? 'ANOTHER_OPERATION_OPEN' : 'CREDENTIAL_NOT_ACTIVE');
}
