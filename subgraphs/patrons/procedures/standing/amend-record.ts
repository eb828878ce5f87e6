import { recordChanges } from '../../../operations/change-audit.ts';
import type { Task } from '../../../operations/procedure.ts';
import type { PatronServices } from '../../context.ts';
import { hasPatronChanges } from '../../rules/patron-amendment.ts';
import { acceptAmendment } from '../accept-amendment.ts';
import type { RecordPlan } from './plan.ts';

/**
 * Makes the planned changes of a patron's record. Nothing is sent if there are none.
 *
 * 1. The registry changes the record. This is safe to repeat, as {@link acceptAmendment} explains.
 * 2. The names of the fields are recorded in the audit. This is safe to repeat, as {@link recordChanges} explains.
 *
 * @throws OperationRefused if the registry refuses the change. Nothing was changed then.
 */
export async function amendRecord(
  task: Task<PatronServices>,
  { patronId, version, changes }: RecordPlan,
): Promise<void> {
  const { services, signal } = task;
  const fields = Object.keys(changes);
  if (fields.length > 0) {
    const answer = await services.patrons.amendPatron(patronId, version, changes, signal);
    await acceptAmendment(task, patronId, ['patronId'], answer, (patron) =>
      hasPatronChanges(patron, changes),
    );
    await recordChanges(task, patronId, fields);
  }
}
