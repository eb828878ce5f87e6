import type { Task } from '../../../operations/procedure.ts';
import {
  releasePlaces,
  requireNoOtherPlaces,
  takeEveryPlace,
} from '../../../operations/standing/every-place.ts';
import type { PatronServices } from '../../context.ts';
import { amendRecord } from './amend-record.ts';
import { blockCards, recordBlocks } from './block-cards.ts';
import type { RecordPlan } from './plan.ts';

/**
 * Suspends a patron in all systems (R15).
 *
 * 1. The registry suspends the record. From now on, an operation that reads the standing is refused. If the registry
 *    refuses the change, nothing was done.
 * 2. All loans and holds that the patron's limits still allow are reserved (`every-place.ts`). So a request that read
 *    the standing before step 1 gets no reservation, and must read the standing again.
 * 3. Circulation blocks the cards, so that desks also refuse them.
 * 4. The operation waits until the outcomes of earlier requests are certain. So nothing is lent or reserved after the
 *    operation is done. (A renewal needs no reservation. So a renewal that read the standing before step 1 may still be
 *    made.)
 * 5. The reservations of step 2 end.
 *
 * Each step is safe to repeat.
 */
export async function suspendRecord(task: Task<PatronServices>, plan: RecordPlan): Promise<void> {
  const { services, operation } = task;
  const { patronId } = plan;
  await amendRecord(task, plan);
  const before = await services.journal.placesNow(patronId, 'LOAN');
  for (const kind of ['LOAN', 'HOLD'] as const) {
    await takeEveryPlace(services, operation, { patronId, kind, before, mayTake: () => true });
  }
  await blockCards(task, plan);
  await recordBlocks(task, patronId, plan.cards);
  await requireNoOtherPlaces(services, operation, patronId);
  await releasePlaces(services, operation, 'DONE');
}
