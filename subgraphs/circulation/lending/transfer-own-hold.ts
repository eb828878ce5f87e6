import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Outcome } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { prepareWithinMs } from '../../operations/change-times.ts';
import { beginPart } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { alarmIfRepeated, msUntilNextCheck, reconcileAgainMs } from '../../operations/reconcile-change.ts';
import type { ObservedOperation } from '../../operations/reconciler.ts';
import { alarmed, hasEvent, isCertain, sendOnce, withLaterCheck } from '../../operations/send-once.ts';
import { problemOfRefusal, problemThrown } from '../rules/problems.ts';
import { noFurtherHold } from '../rules/quota.ts';
import { type LoanSnapshot, readHolds } from './loan-snapshot.ts';
import { reservePlace } from './reserve.ts';
import { refusedOutcome, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import { lendingResultOf } from './stored-result.ts';

/**
 * A reader's own hold is not another reader's (R23), but circulation takes two cards for two readers. Where the title of a
 * loan is held on the patron's other card, and nobody else waits, the hold moves to the loan's card, and then the loan can
 * be renewed. Whether somebody else waits, circulation does not tell: the place in the queue of a hold that is placed now
 * does, and so the new one is placed before the old one is cancelled.
 *
 * `in the way`: it is first in the queue, and whether somebody waits behind it can't be found out, for the loan's card is not in
 * use or there is no place for a second hold. `none`: another reader waits, for all that is known.
 *
 * A part of the renewal, with a place of its own for the two holds that there are meanwhile; what is left half done is
 * ended by {@link finishTransfer}.
 */
export async function transferOwnHold(
  lending: LendingServices,
  renewal: Operation,
  patronId: string,
  loan: Loan,
  signal: AbortSignal,
): Promise<'moved' | 'in the way' | 'none'> {
  try {
    const standing = await readHolds(lending, patronId, signal);
    const own = ownHold(standing, loan);
    if (own === null) {
      return 'none';
    }
    // A card that is being ended gets no hold (R17).
    const isBeingEnded = await lending.journal.isLocked(cardKey(loan.libraryCardNumber));
    if (isBeingEnded || !isInUse(standing, loan)) {
      return 'in the way';
    }
    const part = {
      kind: 'MOVE_HOLD',
      reference: own.id,
      sendWithinMs: null,
      reconcileAfterMs: prepareWithinMs,
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

/** The one hold of the title, first in the queue and on another card than the loan. */
function ownHold({ rows }: LoanSnapshot<Hold>, loan: Loan): Hold | null {
  const [hold, second] = rows.filter(({ titleNumber }) => titleNumber === loan.titleNumber);
  const isFirst = hold !== undefined && second === undefined && hold.queuePosition === 1;
  return isFirst && hold.libraryCardNumber !== loan.libraryCardNumber ? hold : null;
}

const isInUse = ({ cards }: LoanSnapshot<Hold>, loan: Loan): boolean =>
  cards.some((card) => card.libraryCardNumber === loan.libraryCardNumber && card.state === 'ACTIVE');

/** Where a hold moves to. */
type Target = Pick<Hold, 'libraryCardNumber' | 'titleNumber'>;

/**
 * Moves a queued hold to another card of the patron's, if nobody waits behind it: a new one is placed, and where it comes right
 * behind the own one, that one is cancelled; else the new one is. True where it was moved. Rejects with an `UpstreamError`
 * where the queue can't be read; {@link finishTransfer} then ends it, too.
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
  // Of what is unknown whoever looks after this sees what there is.
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
  // Somebody else has ended it: whoever looks after this sees what there is.
  if (!isCancelled) {
    return false;
  }
  await end(
    isWanted ? refusedOutcome(operation, 'WANTED_BY_ANOTHER') : { state: 'DONE', result: { patronId } },
  );
  return !isWanted;
}

/**
 * Whether nobody waits between the two, at one moment. Then nobody ever will: others come behind both. And where a copy comes
 * for the own one before it is cancelled, the new one is next.
 */
async function isRightBehind(
  { circulation }: LendingServices,
  own: Hold,
  placed: Hold,
  signal: AbortSignal,
): Promise<boolean> {
  // Two cards are read in one call.
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
 * Looks after a move that nobody ended, once what it sent has come to something or never will: of two holds of the title the
 * one that it placed goes. What it seems not to have placed is looked for once more later, as any change is.
 */
export async function finishTransfer(
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
    // It has sent nothing; and unless it has got a place meanwhile, it never will.
    const { operation } = await journal.settle(id, { state: 'REFUSED', result: {}, sendBy: null });
    return operation.state === 'UNSETTLED' ? reconcileAgainMs : null;
  }
  const { patronId, subject } = place;
  if (part.state !== 'UNSETTLED' && (await isRepeated(lending, part, signal))) {
    alarmIfRepeated(part, log);
    return null;
  }
  const { rows } = await readHolds(lending, patronId, signal);
  const ofTitle = rows.filter(({ titleNumber }) => titleNumber === subject);
  const placed = ofTitle.find(({ reference }) => reference === id);
  if (placed !== undefined && ofTitle.length > 1) {
    await lending.circulation.cancelHold(placed.id, id, signal);
    return reconcileAgainMs;
  }
  const result = { patronId };
  if (placed !== undefined && part.state !== 'DONE') {
    const done = withLaterCheck({ state: 'DONE', result }, times);
    alarmed(await journal.settle(id, done), log);
    return done.reconcileAfterMs ?? null;
  }
  if (part.state !== 'UNSETTLED') {
    return msUntilNextCheck(due, times.laterChecks);
  }
  const refused = withLaterCheck({ state: 'REFUSED', result, sendBy }, times);
  await journal.settle(id, refused);
  return refused.reconcileAfterMs ?? null;
}

/** Whether one of its two changes was done more than once. */
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
