import type { Task } from '../../../operations/procedure.ts';
import type { PatronServices } from '../../context.ts';
import { amendRecord } from './amend-record.ts';
import { closeRecord } from './close-record.ts';
import { liftBlocks } from './lift-blocks.ts';
import type { RecordPlan, SavePlan } from './plan.ts';
import { suspendRecord } from './suspend-record.ts';

/**
 * Carries out a change of a record, and the change of the patron's standing in all systems, if there is one (R15). Safe
 * to repeat.
 */
export async function carryOutChange(
  task: Task<PatronServices>,
  plan: RecordPlan,
  save: SavePlan,
): Promise<{ readonly patronId: string }> {
  switch (plan.to) {
    case null:
      await amendRecord(task, plan);
      break;
    case 'SUSPENDED':
      await suspendRecord(task, plan);
      break;
    case 'CLOSED':
      await closeRecord(task, plan, save);
      break;
    case 'ACTIVE':
      await liftBlocks(task, plan);
      break;
    default:
      plan.to satisfies never;
  }
  return { patronId: plan.patronId };
}
