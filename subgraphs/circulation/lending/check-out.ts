import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { isInUse } from '../../library/smart-id.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { type OperationPatron, requesterFrom } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Sendable, type SendChange, sendAgain, sendOnce } from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { noLoanPlace } from '../rules/free-places.ts';
import { refused } from '../rules/problems.ts';
import { requireWithinLimit } from './charges-limit.ts';
import { AlreadyLent, explainRefusal, findHoldOnOtherCard } from './explain-refusal.ts';
import { type CredentialPresented, findPresentedCard, refusalOfLockedCard } from './find-card.ts';
import { requireGoodStanding } from './identify-patron.ts';
import { type LoanSnapshot, readLoans } from './loan-snapshot.ts';
import { type Reservation, reservePlace } from './reserve.ts';
import { type LendingPayload, runOperation, settle } from './run-operation.ts';
import type { LendingServices } from './services.ts';

export interface CheckOutInput {
  readonly reference: string;
  readonly credential: CredentialPresented;
  readonly itemNumber: string;
  /** Whether a station lent the item while it was offline. */
  readonly lentOffline?: boolean | null;
  /** Whether a member of staff lends although the patron owes more than the library's limit. */
  readonly despiteCharges?: boolean | null;
}

interface SnapshotToLend extends LoanSnapshot<Loan> {
  /** Whether the library has a limit of charges for lending, but does not know what the patron owes. */
  readonly areChargesUnknown: boolean;
}

/**
 * Lends an item to the patron of a card, if the quota for all of the patron's cards has room (R9). First the patron is
 * found, and the loans on all of their cards are read. Then a place is reserved: one of the patron's ten loans, for
 * this operation. Last, the check-out is sent to circulation, on the card that was shown.
 *
 * Example: a patron has nine loans on two cards, and two check-outs run at the same time. The first reserves the tenth
 * place and is sent. The second finds nine loans and one reserved place, and is refused with `PLACE_PENDING`. When the
 * first is done, a third check-out reads ten loans, and is refused with `QUOTA_REACHED`. If its item is among the ten,
 * it is refused with `ALREADY_LENT`.
 */
export function checkOut(
  services: LendingServices,
  caller: Caller,
  input: CheckOutInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const { itemNumber } = input;
  const details = detailsOf(input);
  const requested = { kind: 'CHECK_OUT', input: asBefore(input), details, patronId: null, ...preparedFirst };
  return runOperation(services, caller, requested, async (operation, patron) => {
    const shown = await identifyCard(services, operation, patron, input, signal);
    const permission = await reserveLoanPlace(services, caller, input, operation, shown, signal);
    if (permission.kind === 'settled') {
      return { operation: permission.operation, done: null };
    }
    const payload = await lend(services, permission, shown, itemNumber);
    const { done } = payload;
    return done !== null && 'loan' in done
      ? { ...payload, done: { loan: done.loan, before: permission.before } }
      : payload;
  });
}

/**
 * The input as it is used in the operation's fingerprint. `lentOffline` and `despiteCharges` are left out unless they
 * are true. So an ordinary loan has the same fingerprint as in releases without these fields.
 */
function asBefore({ lentOffline, despiteCharges, ...input }: CheckOutInput): CheckOutInput {
  return {
    ...input,
    ...withoutUndefined({
      lentOffline: lentOffline === true ? true : undefined,
      despiteCharges: despiteCharges === true ? true : undefined,
    }),
  };
}

/** The details of a check-out that the journal stores. A text that can't be an item number is not stored. */
function detailsOf({ itemNumber, lentOffline }: CheckOutInput): { [name: string]: string | boolean } | null {
  const item = hasLuhnCheckDigit(itemNumber) ? { itemNumber } : null;
  return lentOffline === true ? { ...item, lentOffline } : item;
}

/**
 * Finds the card that was shown. Makes no call if the item number has a wrong check digit.
 * @throws OperationRefused as {@link findPresentedCard} does; ITEM_NOT_FOUND for a wrong check digit
 */
async function identifyCard(
  services: LendingServices,
  { requestedAt }: Operation,
  patron: OperationPatron,
  { credential, itemNumber }: CheckOutInput,
  signal: AbortSignal,
): Promise<Credential> {
  if (!hasLuhnCheckDigit(itemNumber)) {
    throw refused('ITEM_NOT_FOUND');
  }
  return await findPresentedCard(services, credential, hongKongDay(requestedAt), patron, signal);
}

function reserveLoanPlace(
  services: LendingServices,
  caller: Caller,
  { itemNumber, despiteCharges }: CheckOutInput,
  operation: Operation,
  shown: Credential,
  signal: AbortSignal,
): Promise<Reservation<SnapshotToLend>> {
  const { patronId, libraryCardNumber } = shown;
  const requester = requesterFrom(caller);
  const override = { operation, patronId, requester, despiteCharges: despiteCharges === true };
  return reservePlace(services, operation, {
    patronId,
    kind: 'LOAN',
    libraryCardNumber,
    subject: itemNumber,
    async read() {
      const loans = await readLoansToLend(services, shown, itemNumber, signal);
      const records = [patronId, ...loans.mergedFrom];
      const areChargesUnknown = await requireWithinLimit(services.chargesLimit, records, override, signal);
      return { ...loans, areChargesUnknown };
    },
    noPlace: (loans, places) => noLoanPlace(loans, places, itemNumber),
  });
}

/**
 * Reads the patron's loans. Requires that the patron is in good standing, and that the card is still in use. Since the
 * card was shown, an operation may have begun to replace it or to report it lost (R17).
 */
async function readLoansToLend(
  services: LendingServices,
  shown: Credential,
  itemNumber: string,
  signal: AbortSignal,
): Promise<LoanSnapshot<Loan>> {
  const { patronId, libraryCardNumber, dateOfIssue } = shown;
  const [loans, isLocked] = await Promise.all([
    readLoans(services, patronId, signal, () => requireGoodStanding(services, patronId, signal)),
    services.journal.isLocked(cardKey(libraryCardNumber)),
  ]);
  const now = loans.cards.find((card) => card.libraryCardNumber === libraryCardNumber);
  const isShown = now !== undefined && now.dateOfIssue === dateOfIssue;
  if (!isShown || !isInUse(now, loans.cards)) {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  if (isLocked) {
    throw await refusalOfLockedCard(services, shown);
  }
  // After a power failure, a station may request the same check-out with a new reference. The refusal then names the
  // loan of the first request.
  const loan = loans.rows.find((one) => one.itemNumber === itemNumber);
  if (loan !== undefined) {
    throw new AlreadyLent(loan, patronId);
  }
  return loans;
}

/**
 * Sends the check-out on the card that was shown. If circulation refuses it because the copy is ready for the patron on
 * another card in use, sends it once more on that card (R25). Then finds the reason for a refusal, and settles the
 * operation.
 *
 * Example: the patron's hold is ready on card B, and card A is shown. Circulation refuses the check-out on A. It has no
 * event with the operation's id, so the first request changed nothing. So the check-out is sent again, and circulation
 * lends on B.
 */
async function lend(
  services: LendingServices,
  { before, ...sendable }: Sendable & { readonly before: SnapshotToLend },
  shown: Credential,
  itemNumber: string,
): Promise<LendingPayload> {
  // A new signal that never aborts: from here on, the work continues even if the client disconnects.
  const { signal } = new AbortController();
  const { operation } = sendable;
  const lendOn = (libraryCardNumber: string) =>
    checkOutOn(services, operation, libraryCardNumber, itemNumber);
  const sent = await sendOnce(services, sendable, 'CHECKED_OUT', lendOn(shown.libraryCardNumber));
  const hold = await findHoldOnOtherCard(services, shown, itemNumber, sent, signal);
  const outcome =
    hold.kind === 'lends'
      ? await sendAgain(services, sendable, 'CHECKED_OUT', lendOn(hold.libraryCardNumber))
      : sent;
  const explanation =
    hold.kind === 'does not lend'
      ? hold.explanation
      : await explainRefusal(services, operation, shown.patronId, itemNumber, outcome, signal);
  const warned = before.areChargesUnknown ? { areChargesUnknown: true } : {};
  return await settle(services, operation, outcome, explanation, warned);
}

/** Returns the request that lends an item on one card. */
export function checkOutOn(
  { circulation }: LendingServices,
  { id }: Operation,
  libraryCardNumber: string,
  itemNumber: string,
): SendChange<{ readonly loan: Loan }> {
  return (maySend, signal) => circulation.checkOut(libraryCardNumber, itemNumber, id, signal, maySend);
}
