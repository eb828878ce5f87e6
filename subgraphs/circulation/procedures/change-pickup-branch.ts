import { z } from 'zod';
import type { Hold } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { preferredCard } from '../../library/preferred-card.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { beginChild, findChild } from '../../operations/ledger.ts';
import { OperationPartlyDone } from '../../operations/operation-refused.ts';
import { type Procedure, type Task, Unfinished } from '../../operations/procedure.ts';
import { reserveHoldPlace } from '../lending/holds.ts';
import { requireGoodStanding } from '../lending/identify-patron.ts';
import { type LoanSnapshot, readHolds } from '../lending/loan-snapshot.ts';
import { allowSending } from '../lending/reserve.ts';
import { runSteps, sendAndSettle } from '../lending/run-operation.ts';
import type { LendingServices } from '../lending/services.ts';
import { lendingResultOf } from '../lending/stored-result.ts';
import { type ProblemCode, problemOf, refused } from '../rules/problems.ts';

const input = z.object({
  patronId: z.string(),
  holdId: z.string(),
  pickupBranch: z.string(),
  /** Whether the library has this branch. */
  isBranch: z.boolean(),
});
const plan = z.object({
  patronId: z.string(),
  holdId: z.string(),
  titleNumber: z.string(),
  /** The card of the new hold. */
  libraryCardNumber: z.string(),
  pickupBranch: z.string(),
  /** The hold's position in the queue, which is given up. Null if a copy is already ready for the hold. */
  formerQueuePosition: z.number().nullable(),
  /** Whether the hold already has this pickup branch. If so, nothing changes. */
  isThere: z.boolean(),
});
type Plan = z.infer<typeof plan>;
type HoldTask = Task<LendingServices>;

/** The lock on one hold, so that only one operation at a time changes its branch. */
const holdKey = (holdId: string): string => `hold ${holdId}`;

/**
 * Changes the pickup branch of a hold (R25). Circulation can't change a hold, and has at most one hold of a title on a
 * card. So the hold is cancelled, and the title is reserved again, at the end of the queue.
 *
 * 1. A place is reserved for the new hold. The former hold does not count. All reasons to refuse the new hold that can
 *    be known in advance are found here, before anything is changed.
 * 2. The former hold is cancelled.
 * 3. The new hold is placed. This is tried until circulation has answered.
 *
 * The cancellation is a child operation, and so is each attempt to place the new hold. If circulation refuses the new
 * hold after the former hold is cancelled, the operation is partly done. Its problem says that the title is not
 * reserved any more.
 */
export const changePickupBranch: Procedure<LendingServices, z.infer<typeof input>, Plan> = {
  kind: 'CHANGE_PICKUP_BRANCH',
  input,
  plan,
  patronOf: ({ patronId }) => patronId,
  async prepare({ services, operation, signal }, { patronId, holdId, pickupBranch, isBranch }) {
    if (!isBranch) {
      throw refused('BRANCH_NOT_FOUND');
    }
    if (!isVendorNumber(patronId) || !isVendorNumber(holdId)) {
      throw refused('HOLD_NOT_FOUND');
    }
    if ((await services.journal.lock(operation.id, [holdKey(holdId)])) !== null) {
      throw refused('ANOTHER_OPERATION_OPEN');
    }
    await requireGoodStanding(services, patronId, signal);
    const holds = await readHolds(services, patronId, signal);
    const hold = holds.rows.find(({ id }) => id === holdId);
    if (hold === undefined) {
      throw refused('HOLD_NOT_FOUND');
    }
    return {
      patronId,
      holdId,
      titleNumber: hold.titleNumber,
      libraryCardNumber: cardOf(holds, hold),
      pickupBranch,
      formerQueuePosition: hold.queuePosition,
      isThere: hold.pickupBranch === pickupBranch,
    };
  },
  async carryOut(task, planned) {
    const { patronId, holdId, titleNumber, libraryCardNumber, formerQueuePosition } = planned;
    const result = { patronId, libraryCardNumber, about: { titleNumber, libraryCardNumber } };
    if (planned.isThere) {
      return { ...result, holdId };
    }
    const placed = await ensurePlaced(task, planned);
    return { ...result, formerQueuePosition, placedBy: placed.id };
  },
};

/**
 * The card for the new hold: the former hold's card or, if that card is not in use, the patron's preferred card (R10).
 * @throws OperationRefused NO_CARD_IN_USE
 */
function cardOf({ cards }: LoanSnapshot<Hold>, { libraryCardNumber }: Hold): string {
  const same = cards.find((card) => card.libraryCardNumber === libraryCardNumber && card.state === 'ACTIVE');
  const card = same ?? preferredCard(cards);
  if (card === null) {
    throw refused('NO_CARD_IN_USE');
  }
  return card.libraryCardNumber;
}

/** Problems that may pass. If the new hold has one of them after the former hold is cancelled, it is tried again. */
const temporaryProblems: readonly (ProblemCode | undefined)[] = ['SYSTEM_UNAVAILABLE', 'PLACE_PENDING'];

/**
 * Places the new hold, unless an earlier attempt has placed it. Resolves to the attempt that placed it.
 * @throws OperationRefused if an attempt is refused before the former hold is cancelled; OperationPartlyDone if an
 *   attempt is refused for good after that; Unfinished until the outcome is known.
 */
async function ensurePlaced(task: HoldTask, planned: Plan): Promise<Operation> {
  const { services, operation } = task;
  for (let number = 1; ; number += 1) {
    // The reference begins with the former hold's id, so that the new hold's operation shows which hold it replaces.
    const reference = `${planned.holdId} ${number}`;
    const knownAttempt = await findChild(services, operation, reference);
    const attempt = knownAttempt ?? (await tryToPlace(task, planned, reference));
    if (attempt.state === 'UNSETTLED') {
      throw new Unfinished('PLACE_HOLD');
    }
    if (attempt.state === 'DONE') {
      return attempt;
    }
    const { problem, count } = lendingResultOf(attempt);
    if (!(await isCancelled(task))) {
      throw refused(problem ?? 'SYSTEM_UNAVAILABLE', { count });
    }
    if (!temporaryProblems.includes(problem)) {
      throw new OperationPartlyDone([problemOf('NOT_RESERVED_AGAIN')], { holdId: planned.holdId });
    }
    // The attempt has just failed for a temporary reason. The procedure makes the next one later.
    if (knownAttempt === null) {
      throw new Unfinished('PLACE_HOLD');
    }
  }
}

/** Reserves a place for the new hold, cancels the former hold, and places the new hold. */
async function tryToPlace(task: HoldTask, planned: Plan, reference: string): Promise<Operation> {
  const { services, operation: parent, signal } = task;
  const child = { kind: 'PLACE_HOLD', reference, ...preparedFirst };
  const { operation, isNew } = await beginChild(services, parent, child);
  if (!isNew) {
    return operation;
  }
  const { titleNumber, libraryCardNumber, pickupBranch, holdId } = planned;
  const placed = await runSteps(services, operation, async () => {
    const permission = await reserveHoldPlace(services, operation, planned, titleNumber, signal, holdId);
    if (permission.kind === 'settled') {
      return { operation: permission.operation, done: null };
    }
    await ensureCancelled(task, planned);
    return await sendAndSettle(services, permission, 'HOLD_PLACED', (maySend, sending) =>
      services.circulation.placeHold(
        libraryCardNumber,
        titleNumber,
        pickupBranch,
        operation.id,
        sending,
        maySend,
      ),
    );
  });
  return placed.operation;
}

/** The reference of the child operation that cancels the former hold. There is only one. */
const cancellation = 'CANCEL_HOLD';

/** Whether the former hold was cancelled. @throws Unfinished while that is unknown. */
async function isCancelled({ services, operation }: HoldTask): Promise<boolean> {
  const attempt = await findChild(services, operation, cancellation);
  if (attempt?.state === 'UNSETTLED') {
    throw new Unfinished(cancellation);
  }
  return attempt?.state === 'DONE';
}

/**
 * Cancels the former hold, unless an earlier attempt has cancelled it.
 * @throws OperationRefused if the hold was not cancelled: for example, HOLD_NOT_FOUND if the hold is over already;
 *   Unfinished while the outcome is unknown.
 */
async function ensureCancelled(task: HoldTask, planned: Plan): Promise<void> {
  const { services, operation } = task;
  const attempt =
    (await findChild(services, operation, cancellation)) ?? (await tryToCancel(services, operation, planned));
  if (attempt.state === 'UNSETTLED') {
    throw new Unfinished(cancellation);
  }
  if (attempt.state === 'REFUSED') {
    throw refused(lendingResultOf(attempt).problem ?? 'SYSTEM_UNAVAILABLE');
  }
}

async function tryToCancel(
  services: LendingServices,
  parent: Operation,
  { patronId, holdId, titleNumber, libraryCardNumber }: Plan,
): Promise<Operation> {
  const child = { kind: 'CANCEL_HOLD', reference: cancellation, ...preparedFirst };
  const { operation, isNew } = await beginChild(services, parent, child);
  if (!isNew) {
    return operation;
  }
  const cancelled = await runSteps(services, operation, async () => {
    const about = { titleNumber, libraryCardNumber };
    const permission = await allowSending(services, operation, patronId, about);
    return permission.kind === 'settled'
      ? { operation: permission.operation, done: null }
      : await sendAndSettle(services, permission, 'HOLD_CANCELLED', (maySend, sending) =>
          services.circulation.cancelHold(holdId, operation.id, sending, maySend),
        );
  });
  return cancelled.operation;
}
