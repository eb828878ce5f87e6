import { z } from 'zod';
import type { Hold } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { holdsToMove, moveHoldsKind } from '../../operations/begin-move-holds.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { beginChild, findChild } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, type Task, Unfinished } from '../../operations/procedure.ts';
import { readHolds } from '../lending/loan-snapshot.ts';
import { moveHold } from '../lending/move-own-hold.ts';
import type { LendingServices } from '../lending/services.ts';
import { lendingResultOf } from '../lending/stored-result.ts';
import { noFurtherHold } from '../rules/free-places.ts';
import type { ProblemCode } from '../rules/problems.ts';

const plan = holdsToMove.extend({ holdIds: z.array(z.string()) });
type Input = z.infer<typeof holdsToMove>;
type Plan = z.infer<typeof plan>;

/**
 * Moves the queued holds of a replaced library card to the new card (decision 13). A moved hold goes to the end of the
 * queue, so a hold is moved only if nobody waits behind it (R25). The other holds stay on the old number, and are lent
 * on it when they are ready. Each move is a child operation. If it fails for a temporary reason, it is tried again,
 * with at most `maxAttempts` attempts in all. The new hold is placed before the old one is cancelled, so the title
 * always stays reserved.
 */
export const moveHolds: Procedure<LendingServices, Input, Plan> = {
  kind: moveHoldsKind,
  input: holdsToMove,
  plan,
  async prepare({ services, signal }, asked) {
    const [holds = []] = await services.circulation.holdsByCard([asked.from], signal);
    return { ...asked, holdIds: holds.filter(({ state }) => state === 'QUEUED').map(({ id }) => id) };
  },
  async carryOut(task, planned) {
    for (const holdId of planned.holdIds) {
      await moveOrLeave(task, planned, holdId);
    }
    return null;
  },
};

/** The maximum number of attempts for each hold. After that, the hold stays where it is. */
const maxAttempts = 5;

/** After these problems of a move, the next attempt may succeed. */
const temporaryProblems: readonly (ProblemCode | undefined)[] = [
  undefined,
  'SYSTEM_UNAVAILABLE',
  'PLACE_PENDING',
];

/**
 * Tries to move a hold, until it has moved or must stay.
 * @throws Unfinished until the outcome is known.
 */
async function moveOrLeave(task: Task<LendingServices>, planned: Plan, holdId: string): Promise<void> {
  const { services, operation } = task;
  for (let number = 1; number <= maxAttempts; number += 1) {
    const reference = `${holdId} ${number}`;
    const knownMove = await findChild(services, operation, reference);
    const move = knownMove ?? (await tryToMove(task, planned, holdId, reference));
    if (move === null || move.state === 'DONE') {
      return;
    }
    if (move.state === 'UNSETTLED') {
      throw new Unfinished('MOVE_HOLD');
    }
    if (!temporaryProblems.includes(lendingResultOf(move).problem)) {
      return;
    }
    if (knownMove === null) {
      throw new Unfinished('MOVE_HOLD');
    }
  }
}

/** Moves a hold. Resolves to the operation of the move. Resolves to null if the hold is gone, or must stay. */
async function tryToMove(
  { services, operation: parent, signal }: Task<LendingServices>,
  { patronId, from, to }: Plan,
  holdId: string,
  reference: string,
): Promise<Operation | null> {
  const [{ cards, rows, epoch }, [loans = []]] = await Promise.all([
    readHolds(services, patronId, signal),
    services.circulation.loansByCard([from], signal),
  ]);
  const own = rows.find(({ id }) => id === holdId);
  const isInUse = cards.some((card) => card.libraryCardNumber === to && card.state === 'ACTIVE');
  if (own === undefined || !isInUse || !mayMove(own, rows)) {
    return null;
  }
  // If the patron has the title on loan on the old card, the hold stays there. On the new card, circulation would treat
  // it as another reader's hold, and the loan could not be renewed (R23).
  if (loans.some(({ titleNumber }) => titleNumber === own.titleNumber)) {
    return null;
  }
  // No hold may be placed on a card that an operation is ending (R17).
  if (await services.journal.isLocked(cardKey(to))) {
    throw new Unfinished('MOVE_HOLD');
  }
  const target = { libraryCardNumber: to, titleNumber: own.titleNumber };
  const noPlace = noFurtherHold(rows, await services.journal.placesSince(patronId, 'HOLD', epoch), target);
  if (noPlace === 'PLACE_PENDING' || noPlace === 'READ_AGAIN') {
    // A refused move still counts against the limit until its refusal is certain. This wait costs no attempt.
    throw new Unfinished('MOVE_HOLD');
  }
  const child = { kind: 'MOVE_HOLD', reference, ...preparedFirst };
  const { operation, isNew } = await beginChild(services, parent, child);
  if (!isNew) {
    return operation;
  }
  await moveHold(services, operation, patronId, own, target, signal);
  return await services.journal.findById(operation.id);
}

/** Whether the hold is queued, and is the patron's only hold of its title. */
const mayMove = ({ id, state, titleNumber }: Hold, holds: readonly Hold[]): boolean =>
  state === 'QUEUED' && !holds.some((other) => other.titleNumber === titleNumber && other.id !== id);
