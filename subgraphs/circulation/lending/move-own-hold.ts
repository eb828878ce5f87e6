import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { beginChild } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import {
  hasEvent,
  heldUntilCertain,
  type Sendable,
  sendOnce,
  withLaterCheck,
} from '../../operations/send-once.ts';
import { noFurtherHold } from '../rules/free-places.ts';
import { problemThrown } from '../rules/problems.ts';
import { type LoanSnapshot, readHolds } from './loan-snapshot.ts';
import { reservePlace } from './reserve.ts';
import { refusedOutcome, settle, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import { lendingResultOf } from './stored-result.ts';

/**
 * What became of the patron's own hold of a loan's title. The hold may be the reason why the renewal of the loan was
 * refused.
 *
 * - `moved`: the hold is now on the loan's card, and the loan can be renewed.
 * - `in the way`: the hold is first in the queue, and can't be moved. Either the loan's card is not in use or is being
 *   ended, or the patron's limit has no room for a second hold. So nobody knows whether another reader waits behind it.
 * - `none`: the patron has no hold to move, or another reader may be waiting.
 */
type OwnHold = 'moved' | 'in the way' | 'none';

/**
 * Moves the patron's own hold of a loan's title to the loan's card, so that the loan can be renewed. A patron's own
 * hold does not prevent a renewal (R23), but circulation treats two cards as two readers. Circulation also doesn't say
 * whether another reader waits. Only the queue position of a new hold shows that. So the new hold is placed first, and
 * then the old hold is cancelled.
 *
 * Example: the loan is on card A. The patron's hold of its title is on card B, and first in the queue. A new hold is
 * placed on card A:
 * - The new hold is second: nobody waits. The hold on B is cancelled (`moved`), and the loan can be renewed.
 * - The new hold is third: another reader waits. The hold on A is cancelled (`none`), and the loan is not renewed.
 *
 * The move is a child operation of the renewal. While there are two holds, the second one counts against the patron's
 * limit. `finishOwnHoldMove` completes an interrupted move.
 */
export async function moveOwnHold(
  services: LendingServices,
  renewal: Operation,
  patronId: string,
  loan: Loan,
): Promise<OwnHold> {
  // A new signal that never aborts: a change is not cancelled if the client disconnects.
  const { signal } = new AbortController();
  try {
    const snapshot = await readHolds(services, patronId, signal);
    const ownHold = findOwnHold(snapshot, loan);
    if (ownHold === null) {
      return 'none';
    }
    // No hold may be placed on a card that an operation is ending (R17).
    const isBeingEnded = await services.journal.isLocked(cardKey(loan.libraryCardNumber));
    if (isBeingEnded || !isInUse(snapshot, loan)) {
      return 'in the way';
    }
    const child = { kind: 'MOVE_HOLD', reference: ownHold.id, ...preparedFirst };
    const { operation: move, isNew } = await beginChild(services, renewal, child);
    if (!isNew) {
      return 'none';
    }
    if (await moveHold(services, move, patronId, ownHold, loan, signal)) {
      return 'moved';
    }
    const ended = await services.journal.findById(move.id);
    const hasNoPlace = ended !== null && lendingResultOf(ended).problem === 'HOLD_LIMIT_REACHED';
    return hasNoPlace ? 'in the way' : 'none';
  } catch (error) {
    if (error instanceof UpstreamError) {
      return 'none';
    }
    throw error;
  }
}

/** The patron's only hold of the title. Null unless it is first in the queue, and on a card other than the loan's. */
function findOwnHold({ rows }: LoanSnapshot<Hold>, loan: Loan): Hold | null {
  const [hold, second] = rows.filter(({ titleNumber }) => titleNumber === loan.titleNumber);
  const isFirst = hold !== undefined && second === undefined && hold.queuePosition === 1;
  return isFirst && hold.libraryCardNumber !== loan.libraryCardNumber ? hold : null;
}

const isInUse = ({ cards }: LoanSnapshot<Hold>, loan: Loan): boolean =>
  cards.some((card) => card.libraryCardNumber === loan.libraryCardNumber && card.state === 'ACTIVE');

/** The card to which a hold moves, and the hold's title. */
type Target = Pick<Hold, 'libraryCardNumber' | 'titleNumber'>;

/**
 * Moves a queued hold to another card of the patron, if nobody waits behind it. A new hold is placed first. If it comes
 * directly behind the old one, the old one is cancelled. Otherwise the new one is cancelled. Resolves to true if the
 * hold has moved.
 * @param move the operation, which has just been begun
 * @throws UpstreamError if the queue can't be read. `finishOwnHoldMove` then completes the move.
 */
export async function moveHold(
  services: LendingServices,
  move: Operation,
  patronId: string,
  ownHold: Hold,
  target: Target,
  signal: AbortSignal,
): Promise<boolean> {
  const sendable = await reserveSecondPlace(services, move, patronId, target, signal);
  const placed =
    sendable === null ? null : await placeSecondHold(services, sendable, ownHold.pickupBranch, target);
  if (sendable === null || placed === null) {
    return false;
  }
  const isWanted = !(await isRightBehind(services, ownHold, placed, signal));
  // If the cancellation fails, for example because somebody else has ended the hold, the reconciler completes the move.
  if (!(await cancelHold(services, sendable, isWanted ? placed : ownHold, signal))) {
    return false;
  }
  const outcome = isWanted
    ? heldUntilCertain(
        refusedOutcome(sendable.operation, 'WANTED_BY_ANOTHER'),
        sendable.operation,
        services.times,
      )
    : withLaterCheck(outcomeOf('DONE', { patronId }), services.times);
  await services.journal.settle(move.id, outcome);
  return !isWanted;
}

/** Reserves a second place. Null if there is no room, or if another process has settled the move. */
async function reserveSecondPlace(
  services: LendingServices,
  move: Operation,
  patronId: string,
  { libraryCardNumber, titleNumber: subject }: Target,
  signal: AbortSignal,
): Promise<Sendable | null> {
  try {
    const permission = await reservePlace(services, move, {
      patronId,
      kind: 'HOLD',
      libraryCardNumber,
      subject,
      read: () => readHolds(services, patronId, signal),
      noPlace: (holds, places) => noFurtherHold(holds, places, { libraryCardNumber, titleNumber: subject }),
    });
    return permission.kind === 'given' ? permission : null;
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown === null) {
      throw error;
    }
    await settleRefused(services, move, thrown.code, patronId);
    return null;
  }
}

/** Places the second hold. Null if it was not placed, or if the outcome is unknown. */
async function placeSecondHold(
  services: LendingServices,
  sendable: Sendable,
  pickupBranch: string,
  { libraryCardNumber, titleNumber }: Target,
): Promise<Hold | null> {
  const { id } = sendable.operation;
  const outcome = await sendOnce(services, sendable, 'HOLD_PLACED', (maySend, sending) =>
    services.circulation.placeHold(libraryCardNumber, titleNumber, pickupBranch, id, sending, maySend),
  );
  if (outcome.kind === 'done') {
    return outcome.done.hold;
  }
  // If the outcome is unknown, the operation stays unsettled, and the reconciler finds the outcome later.
  if (outcome.kind !== 'unknown') {
    await settle(services, sendable.operation, outcome);
  }
  return null;
}

/** Resolves to whether the hold is certainly cancelled. */
async function cancelHold(
  services: LendingServices,
  sendable: Sendable,
  { id: holdId }: Hold,
  signal: AbortSignal,
): Promise<boolean> {
  const { id } = sendable.operation;
  const outcome = await sendOnce(services, sendable, 'HOLD_CANCELLED', (maySend, sending) =>
    services.circulation.cancelHold(holdId, id, sending, maySend),
  );
  return (
    outcome.kind === 'done' ||
    (outcome.kind === 'unknown' && (await hasEvent(services, id, 'HOLD_CANCELLED', signal)))
  );
}

/**
 * Whether the new hold comes directly behind the old one. If so, no other hold can come between them, because later
 * holds come after both. If a copy becomes ready for the old hold before that hold is cancelled, the new hold is next.
 */
async function isRightBehind(
  { circulation }: LendingServices,
  ownHold: Hold,
  placed: Hold,
  signal: AbortSignal,
): Promise<boolean> {
  // One call for both cards shows the holds at the same moment.
  const cards = [ownHold.libraryCardNumber, placed.libraryCardNumber];
  const holds = (await circulation.holdsByCard(cards, signal)).flat();
  const positionOf = ({ id }: Hold) => holds.find((hold) => hold.id === id)?.queuePosition ?? null;
  const [before, behind] = [positionOf(ownHold), positionOf(placed)];
  return before !== null && behind === before + 1;
}
