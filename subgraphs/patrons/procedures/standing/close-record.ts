import { recordChanges } from '../../../operations/change-audit.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import type { Problem } from '../../../operations/problem.ts';
import type { Task } from '../../../operations/procedure.ts';
import { closingField } from '../../../operations/sign-ins/end-of-sign-ins.ts';
import {
  releasePlaces,
  requireNoOtherPlaces,
  takeEveryPlace,
} from '../../../operations/standing/every-place.ts';
import type { PatronServices } from '../../context.ts';
import { hasPatronChanges } from '../../rules/patron-amendment.ts';
import { problem } from '../../rules/problems.ts';
import { amendRecord } from './amend-record.ts';
import { blockCards, endHolds, recordBlocks, unblockCards } from './block-cards.ts';
import { isAnythingOut, type RecordPlan, type SavePlan } from './plan.ts';

/**
 * Closes a patron's record in all systems, once everything is back (R15).
 *
 * 1. All loans and holds that the patron's limits still allow are reserved (`every-place.ts`), so no check-out and no
 *    hold can begin. The transaction fails if a check-out has a reservation. So if a check-out runs at the same moment,
 *    either the check-out or this operation is refused. If this operation is refused here, it has changed nothing.
 * 2. Circulation blocks the cards, so that desks also refuse them.
 * 3. The operation waits until the outcome of every earlier check-out and hold is certain.
 * 4. The loans are read again. If a desk lent something before the cards were blocked, the operation fails.
 * 5. The registry closes the record. If it refuses the change, the operation fails.
 * 6. The patron's sign-ins end: the audit records it (decision 53).
 * 7. The holds are cancelled.
 * 8. The reservations of step 1 end.
 *
 * If the operation fails, the failure is saved before anything is undone. Then the cards that step 2 has blocked are
 * unblocked, and the reservations end. So a refused operation has changed nothing, with one exception. If the registry
 * had already suspended the patron, the cards stay blocked, as R15 requires. Each step is safe to repeat.
 */
export async function closeRecord(
  task: Task<PatronServices>,
  plan: RecordPlan,
  save: SavePlan,
): Promise<void> {
  const problems = plan.failure ?? (await makeChanges(task, plan));
  if (problems === null) {
    return;
  }
  await save({ ...plan, failure: [...problems] });
  if (plan.was === 'ACTIVE') {
    await unblockCards(task, plan.patronId);
    await task.services.standingBlocks.forgetStandingBlocks(plan.patronId);
  }
  await releasePlaces(task.services, task.operation, 'REFUSED');
  throw new OperationRefused(problems);
}

/** Makes the changes of all steps. Resolves to the problems if the operation has failed, and otherwise to null. */
async function makeChanges(task: Task<PatronServices>, plan: RecordPlan): Promise<readonly Problem[] | null> {
  const { services, operation } = task;
  const { patronId, standingField } = plan;
  await takePlaces(task, plan);
  await blockCards(task, plan);
  await requireNoOtherPlaces(services, operation, patronId);
  if (!(await isClosed(task, plan)) && (await isAnythingOut(task, patronId))) {
    return [problem('LENT_MEANWHILE', standingField)];
  }
  const refusal = await refusalOf(() => amendRecord(task, plan));
  if (refusal !== null) {
    return refusal;
  }
  await recordChanges(task, patronId, [closingField]);
  await recordBlocks(task, patronId, plan.cards);
  await endHolds(task, patronId);
  await releasePlaces(services, operation, 'DONE');
  return null;
}

/** @throws OperationRefused LOANS_OUT if an item is out, or if a check-out is in progress. */
async function takePlaces(
  task: Task<PatronServices>,
  { patronId, standingField }: RecordPlan,
): Promise<void> {
  const { services, operation } = task;
  const before = await services.journal.placesNow(patronId, 'LOAN');
  const isFree = !(await isAnythingOut(task, patronId));
  const loans = await takeEveryPlace(services, operation, {
    patronId,
    kind: 'LOAN',
    before,
    mayTake: ({ unsettled, doneSince, uncertain }) =>
      isFree && [...unsettled, ...doneSince, ...uncertain].length === 0,
  });
  if (!loans) {
    throw new OperationRefused([problem('LOANS_OUT', standingField)]);
  }
  await takeEveryPlace(services, operation, { patronId, kind: 'HOLD', before, mayTake: () => true });
}

/**
 * Whether an earlier run has closed the record. If so, the loans are not read again. If a desk lends something after
 * the closing, the comparison of the three systems (`patron-books.ts`) finds the loan.
 */
async function isClosed(
  { services, signal }: Task<PatronServices>,
  { patronId, changes }: RecordPlan,
): Promise<boolean> {
  const [patron = null] = await services.patrons.findMany([patronId], signal);
  return changes.status === 'CLOSED' && patron !== null && hasPatronChanges(patron, changes);
}

async function refusalOf(change: () => Promise<void>): Promise<readonly Problem[] | null> {
  try {
    await change();
    return null;
  } catch (error) {
    if (error instanceof OperationRefused) {
      return error.problems;
    }
    throw error;
  }
}
