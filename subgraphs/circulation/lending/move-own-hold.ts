import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Operation, Outcome } from '../../../store/journal/port.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { beginPart } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import {
  alarmIfRepeated,
  msUntilNextCheck,
  msUntilReconciledAgain,
  reconcileAgainMs,
} from '../../operations/reconcile-change.ts';
import type { ObservedOperation } from '../../operations/reconciler.ts';
import { alarmed, hasEvent, isCertain, sendOnce, withLaterCheck } from '../../operations/send-once.ts';
import { noFurtherHold } from '../rules/free-places.ts';
import { problemOfRefusal, problemThrown } from '../rules/problems.ts';
import { type LoanSnapshot, readHolds } from './loan-snapshot.ts';
import { reservePlace } from './reserve.ts';
import { refusedOutcome, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import { lendingResultOf } from './stored-result.ts';

/**
 * Moves the patron's own hold of a loan's title to the loan's card, so that the loan can be renewed. A patron's own hold does
 * not prevent a renewal (R23), but circulation takes two cards for two readers. It does not say whether another reader waits
 * either; the queue position of a new hold does. So the new hold is placed first, and then the old one is cancelled.
 *
 * The loan is on card A. The patron's hold of its title on card B is first in the queue. A new hold is placed on card A:
 * - It is second: nobody waits. The hold on B is cancelled (`moved`), and the loan can be renewed.
 * - It is third: another reader waits. The hold on A is cancelled (`none`), and the loan is not renewed.
 *
 * `in the way`: the hold is first in the queue, and whether somebody waits behind it can't be found out, because the loan's
 * card is not in use or there is no place for a second hold. `none`: as far as is known, another reader waits.
 *
 * The move is a part of the renewal, with a place of its own while there are two holds. {@link finishOwnHoldMove} completes a
 * move that was interrupted.
 */
export async function moveOwnHold(
  lending: LendingServices,
  renewal: Operation,
  patronId: string,
  loan: Loan,
  signal: AbortSignal,
): Promise<'moved' | 'in the way' | 'none'> {
  try {
    const snapshot = await readHolds(lending, patronId, signal);
    const own = ownHold(snapshot, loan);
    if (own === null) {
      return 'none';
    }
    // A card that is being ended gets no hold (R17).
    const isBeingEnded = await lending.journal.isLocked(cardKey(loan.libraryCardNumber));
    if (isBeingEnded || !isInUse(snapshot, loan)) {
      return 'in the way';
    }
    const part = {
      kind: 'MOVE_HOLD',
      reference: own.id,
      ...preparedFirst,
    };
    const { operation, isNew } = await beginPart(lending, renewal, part);
    if (!isNew) {
      return 'none';
    }
    if (await moveHold(lending, operation, patronId, own, loan, signal)) {
      return 'moved';
    }
    const ended = await lending.journal.findById(operation.id);
    const hasNoPlace = ended !== null && lendingResultOf(ended).problem === 'HOLD_LIMIT_REACHED';
    return hasNoPlace ? 'in the way' : 'none';
  } catch (error) {
    if (error instanceof UpstreamError) {
      return 'none';
    }
    throw error;
  }
}

/** The patron's only hold of the title, where it is first in the queue and on a card other than the loan's. */
function ownHold({ rows }: LoanSnapshot<Hold>, loan: Loan): Hold | null {
  const [hold, second] = rows.filter(({ titleNumber }) => titleNumber === loan.titleNumber);
  const isFirst = hold !== undefined && second === undefined && hold.queuePosition === 1;
  return isFirst && hold.libraryCardNumber !== loan.libraryCardNumber ? hold : null;
}

const isInUse = ({ cards }: LoanSnapshot<Hold>, loan: Loan): boolean =>
  cards.some((card) => card.libraryCardNumber === loan.libraryCardNumber && card.state === 'ACTIVE');

/** The card that a hold moves to, and the hold's title. */
type Target = Pick<Hold, 'libraryCardNumber' | 'titleNumber'>;

/**
 * Moves a queued hold to another card of the patron, if nobody waits behind it. A new hold is placed. If it comes right behind
 * the patron's own, the own one is cancelled; otherwise the new one is. Resolves to true where the hold has moved.
 * @throws UpstreamError where the queue can't be read; {@link finishOwnHoldMove} completes the move then.
 */
export async function moveHold(
  lending: LendingServices,
  part: Operation,
  patronId: string,
  own: Hold,
  target: Target,
  signal: AbortSignal,
): Promise<boolean> {
  const { circulation, journal, times } = lending;
  const reserved = await reserve(lending, part, patronId, target, signal);
  if (reserved === null) {
    return false;
  }
  const { operation, sendBy } = reserved;
  const { libraryCardNumber, titleNumber } = target;
  const end = async (outcome: Outcome) => await journal.settle(part.id, withLaterCheck(outcome, times));
  const placed = await sendOnce(lending, operation, sendBy, 'HOLD_PLACED', (maySend, sending) =>
    circulation.placeHold(libraryCardNumber, titleNumber, own.pickupBranch, part.id, sending, maySend),
  );
  if (placed.kind === 'refused') {
    const problem = placed.refused === null ? 'SYSTEM_UNAVAILABLE' : problemOfRefusal[placed.refused];
    await end(refusedOutcome(operation, problem));
  }
  if (placed.kind === 'not sent') {
    await settleRefused(lending, operation, 'SYSTEM_UNAVAILABLE');
  }
  // What is unknown, the reconciler finds out.
  if (placed.kind !== 'done') {
    return false;
  }
  const { hold } = placed.done;
  const isWanted = !(await isRightBehind(lending, own, hold, signal));
  const superfluous = isWanted ? hold : own;
  const cancelled = await sendOnce(lending, operation, sendBy, 'HOLD_CANCELLED', (maySend, sending) =>
    circulation.cancelHold(superfluous.id, part.id, sending, maySend),
  );
  const isCancelled =
    cancelled.kind === 'done' ||
    (cancelled.kind === 'unknown' && (await hasEvent(lending, part.id, 'HOLD_CANCELLED', signal)));
  // Somebody else has ended the hold: the reconciler sees what is left.
  if (!isCancelled) {
    return false;
  }
  await end(
    isWanted ? refusedOutcome(operation, 'WANTED_BY_ANOTHER') : { state: 'DONE', result: { patronId } },
  );
  return !isWanted;
}

/**
 * Whether nobody waits between the two holds at one moment. Then nobody ever will, because others join behind both. If a copy
 * becomes ready for the patron's own hold before it is cancelled, the new hold is next.
 */
async function isRightBehind(
  { circulation }: LendingServices,
  own: Hold,
  placed: Hold,
  signal: AbortSignal,
): Promise<boolean> {
  // One call for both cards, so that it shows one moment.
  const cards = [own.libraryCardNumber, placed.libraryCardNumber];
  const holds = (await circulation.holdsByCard(cards, signal)).flat();
  const placeOf = ({ id }: Hold) => holds.find((hold) => hold.id === id)?.queuePosition ?? null;
  const [before, behind] = [placeOf(own), placeOf(placed)];
  return before !== null && behind === before + 1;
}

async function reserve(
  lending: LendingServices,
  part: Operation,
  patronId: string,
  { libraryCardNumber, titleNumber: subject }: Target,
  signal: AbortSignal,
) {
  try {
    const reserved = await reservePlace(lending, part, {
      patronId,
      kind: 'HOLD',
      libraryCardNumber,
      subject,
      read: () => readHolds(lending, patronId, signal),
      noPlace: noFurtherHold,
    });
    return 'settled' in reserved ? null : reserved;
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown === null) {
      throw error;
    }
    await settleRefused(lending, part, thrown.code, patronId);
    return null;
  }
}

/**
 * Reconciles a move, once everything that it sent is certain to be done or dropped: where there are two holds of the title,
 * the one that it placed is cancelled, unless the move is done. A hold that was not placed is checked for again later, like any change.
 */
export async function finishOwnHoldMove(
  lending: LendingServices,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<number | null> {
  const { journal, times, log } = lending;
  const { operation: part } = due;
  const { id, place, sendBy } = part;
  if (!isCertain(due, times)) {
    return reconcileAgainMs;
  }
  if (place === null) {
    // It has sent nothing, and never will unless it has got a place meanwhile.
    const refused = { state: 'REFUSED', result: {}, sendBy: null } as const;
    return msUntilReconciledAgain(await journal.settle(id, refused), due.now, times);
  }
  const { patronId, subject } = place;
  if (part.state !== 'UNSETTLED' && (await isRepeated(lending, part, signal))) {
    alarmIfRepeated(part, log);
    return null;
  }
  const { rows } = await readHolds(lending, patronId, signal);
  const ofTitle = rows.filter(({ titleNumber }) => titleNumber === subject);
  const placed = ofTitle.find(({ reference }) => reference === id);
  // A move that is done has cancelled the other: a second hold is one that the patron has placed since, and both stay.
  if (placed !== undefined && ofTitle.length > 1 && part.state !== 'DONE') {
    await lending.circulation.cancelHold(placed.id, id, signal);
    return reconcileAgainMs;
  }
  const result = { patronId };
  if (placed !== undefined && part.state !== 'DONE') {
    const settlement = await journal.settle(id, withLaterCheck({ state: 'DONE', result }, times));
    alarmed(settlement, log);
    return msUntilReconciledAgain(settlement, due.now, times);
  }
  if (part.state !== 'UNSETTLED') {
    return msUntilNextCheck(due, times.laterChecks);
  }
  const refused = withLaterCheck({ state: 'REFUSED', result, sendBy }, times);
  return msUntilReconciledAgain(await journal.settle(id, refused), due.now, times);
}

/** Whether circulation did one of its two changes more than once. */
async function isRepeated(
  { circulation }: LendingServices,
  { id }: Operation,
  signal: AbortSignal,
): Promise<boolean> {
  const events = await circulation.eventsByReference(id, signal);
  return (['HOLD_PLACED', 'HOLD_CANCELLED'] as const).some(
    (kind) => events.filter((event) => event.kind === kind).length > 1,
  );
}
