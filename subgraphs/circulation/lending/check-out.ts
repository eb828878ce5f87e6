import type { ChangeResult, Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential, CredentialState } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { cardKey } from '../../operations/locks.ts';
import { hasEvent, type SendChange } from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { isInUse } from '../rules/borrowing.ts';
import { noLoanPlace } from '../rules/free-places.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';
import { AlreadyLent, explainFullCard, explainUnavailableItem } from './explain-refusal.ts';
import { type CredentialPresented, findPresentedCard } from './find-card.ts';
import { requireGoodStanding } from './identify-patron.ts';
import { readHolds, readLoans } from './loan-snapshot.ts';
import { reservePlace } from './reserve.ts';
import { type LendingPayload, type LoanOrHold, runOperation } from './run-operation.ts';
import { sendAndSettle } from './send-and-settle.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

export interface CheckOutInput {
  readonly reference: string;
  readonly credential: CredentialPresented;
  readonly itemNumber: string;
}

/**
 * Lends an item to a card's patron, if the quota that all of the patron's cards share has room (R9). First the card's patron
 * is found and the loans on all of their cards are read. Then a place is reserved. Only then is the check-out sent to
 * circulation, on the card that was shown.
 *
 * Nine loans on two cards, and two check-outs at once: the first reserves the tenth place and is sent. The second finds nine
 * loans and one unsettled place: `PLACE_PENDING`. After the first is done, a third reads ten loans: `QUOTA_REACHED`. One of
 * an item that is among the ten is `ALREADY_LENT`.
 */
export function checkOut(
  lending: LendingServices,
  caller: Caller,
  input: CheckOutInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const requested = { kind: 'CHECK_OUT', input, ...preparedFirst };
  return runOperation(lending, caller, requested, async (operation, about) => {
    if (!hasLuhnCheckDigit(input.itemNumber)) {
      throw refused('ITEM_NOT_FOUND');
    }
    const card = await findPresentedCard(
      lending,
      input.credential,
      hongKongDay(operation.requestedAt),
      about,
      signal,
    );
    const { patronId, libraryCardNumber } = card;
    const reserved = await reservePlace(lending, operation, {
      patronId,
      kind: 'LOAN',
      libraryCardNumber,
      subject: input.itemNumber,
      read: async () => {
        const standing = requireGoodStanding(lending, patronId, signal);
        const loans = await readLoansWithCardInUse(lending, card, standing, signal);
        requireNotLent(loans.rows, input.itemNumber, patronId);
        return loans;
      },
      noPlace: noLoanPlace,
    });
    if ('settled' in reserved) {
      return { operation: reserved.settled };
    }
    const { ask, explained } = lend(lending, operation, card, input.itemNumber);
    return await sendAndSettle(lending, reserved.operation, reserved.sendBy, 'CHECKED_OUT', ask, explained);
  });
}

/**
 * The patron's loans, if the card that was shown is still in use: it may have been reported lost or replaced since (R17), or
 * an operation that does so may be in progress.
 */
async function readLoansWithCardInUse(
  lending: LendingServices,
  shown: Credential,
  standing: Promise<void>,
  signal: AbortSignal,
) {
  const [loans, isBeingEnded] = await Promise.all([
    readLoans(lending, shown.patronId, signal),
    lending.journal.isLocked(cardKey(shown.libraryCardNumber)),
    standing,
  ]);
  const now = loans.cards.find(({ libraryCardNumber }) => libraryCardNumber === shown.libraryCardNumber);
  const isShown = now !== undefined && now.dateOfIssue === shown.dateOfIssue;
  if (isBeingEnded || !isShown || !isInUse(now, loans.cards)) {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  return loans;
}

/** A station that lost power asks again under a new reference: it is given the loan that there is. */
function requireNotLent(loans: readonly Loan[], itemNumber: string, patronId: string): void {
  const loan = loans.find((one) => one.itemNumber === itemNumber);
  if (loan !== undefined) {
    throw new AlreadyLent(loan, patronId);
  }
}

/**
 * How to send the check-out, and what explains a refusal. A copy that waits for the patron on another card in use is lent on
 * that card (R25). Where that card is not in use, circulation refuses as if another reader wanted the copy; `explained` gives
 * the true problem.
 */
function lend(lending: LendingServices, operation: Operation, card: Credential, itemNumber: string) {
  const { circulation } = lending;
  const { id } = operation;
  let explanation: LendingResult = {};
  const explain = async (change: ChangeResult<{ readonly loan: Loan }>, signal: AbortSignal) => ({
    ...(await explainFullCard(lending, operation, card.patronId, change, signal)),
    ...(await explainUnavailableItem(lending, operation, card.patronId, itemNumber, change, signal)),
  });
  const ask: SendChange<LoanOrHold> = async (
    maySend,
    signal,
  ): Promise<ChangeResult<{ readonly loan: Loan }>> => {
    const change = await circulation.checkOut(card.libraryCardNumber, itemNumber, id, signal, maySend);
    explanation = await explain(change, signal);
    if (!('refused' in change) || change.refused !== 'WANTED_BY_ANOTHER') {
      return change;
    }
    // A second request under a reference that has led to a loan would lend twice.
    if (await hasEvent(lending, id, 'CHECKED_OUT', signal)) {
      return change;
    }
    const waiting = await ownHoldThatWaits(lending, card, itemNumber, signal);
    if (waiting === null) {
      return change;
    }
    const { libraryCardNumber, id: holdId } = waiting.hold;
    if (waiting.problem === null) {
      const onOther = await circulation.checkOut(libraryCardNumber, itemNumber, id, signal, maySend);
      explanation = await explain(onOther, signal);
      return onOther;
    }
    explanation = { problem: waiting.problem, libraryCardNumber, holdId };
    return change;
  };
  return { ask, explained: () => explanation };
}

/** Why a copy that waits on a card in that state is not lent on it; null where it is. */
const problemOfState = {
  ACTIVE: null,
  LOST: 'HOLD_ON_LOST_CARD',
  SURRENDERED: 'HOLD_ON_CLOSED_CARD',
  CLOSED: 'HOLD_ON_CLOSED_CARD',
} as const satisfies Record<CredentialState, ProblemCode | null>;

/**
 * The patron's ready hold of the item's title on a card other than the one that was shown, preferably one in use, and the
 * problem that prevents lending the copy there.
 */
async function ownHoldThatWaits(
  lending: LendingServices,
  card: Credential,
  itemNumber: string,
  signal: AbortSignal,
): Promise<{ readonly hold: Hold; readonly problem: ProblemCode | null } | null> {
  const [{ cards, rows }, [item]] = await Promise.all([
    readHolds(lending, card.patronId, signal),
    lending.circulation.itemsByNumber([itemNumber], signal),
  ]);
  const ready = rows.filter(
    ({ state, titleNumber }) => state === 'READY' && titleNumber === item?.titleNumber,
  );
  const waiting = cards.flatMap(({ libraryCardNumber, state }) => {
    const hold = ready.find((one) => one.libraryCardNumber === libraryCardNumber);
    return hold === undefined || libraryCardNumber === card.libraryCardNumber
      ? []
      : [{ hold, problem: problemOfState[state] }];
  });
  const found = waiting.find(({ problem }) => problem === null) ?? waiting[0] ?? null;
  // As with the card that was shown: an operation that reports it lost or replaces it may be in progress (R17).
  const isBeingEnded =
    found?.problem === null && (await lending.journal.isLocked(cardKey(found.hold.libraryCardNumber)));
  return found !== null && isBeingEnded ? { ...found, problem: 'HOLD_ON_LOST_CARD' } : found;
}
