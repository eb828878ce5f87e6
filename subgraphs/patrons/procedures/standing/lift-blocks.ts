import type { Task } from '../../../operations/procedure.ts';
import type { PatronServices } from '../../context.ts';
import { amendRecord } from './amend-record.ts';
import { recordBlocks, unblockCards } from './block-cards.ts';
import type { RecordPlan } from './plan.ts';

/**
 * Makes a suspended or closed patron active again (R15).
 *
 * 1. The registry makes the record active. If it refuses the change, nothing was done.
 * 2. Circulation unblocks the cards that are in use and that only the suspension or the closing had blocked. A card
 *    that a desk has blocked for another reason stays blocked.
 *
 * Each step is safe to repeat.
 */
export async function liftBlocks(task: Task<PatronServices>, plan: RecordPlan): Promise<void> {
  await amendRecord(task, plan);
  const { patronId } = plan;
  await recordBlocks(task, patronId, await unblockCards(task, patronId));
  await task.services.standingBlocks.forgetStandingBlocks(patronId);
}
