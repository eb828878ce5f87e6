import type { Patron, PatronAmendment } from '../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Task } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { invalid, invalidTexts, problem } from '../rules/problems.ts';

/**
 * Accepts the registry's answer to an amendment, which has no reference to be recognised by. Where another version stands in
 * the way, the record is read: if it has the requested values, an earlier attempt, or another process that runs this
 * operation, has made the change. `patronField`: the path in the input of the patron's number.
 * @throws OperationRefused where the amendment was not made, and never will be.
 */
export async function acceptAmendment(
  { services, signal }: Task<PatronServices>,
  patronId: string,
  patronField: readonly string[],
  answer: PatronAmendment,
  hasChanges: (patron: Patron) => boolean,
): Promise<void> {
  if ('patron' in answer) {
    return;
  }
  switch (answer.refused) {
    case 'NOT_FOUND':
      throw new OperationRefused([problem('NOT_FOUND', ...patronField)]);
    case 'ALREADY_REGISTERED':
      throw new OperationRefused([problem('ALREADY_REGISTERED')]);
    case 'INVALID':
      throw new OperationRefused([invalid(invalidTexts.NOT_ACCEPTED)]);
    case 'VERSION_CONFLICT': {
      const [patron] = await services.patrons.findMany([patronId], signal);
      if (patron == null || !hasChanges(patron)) {
        throw new OperationRefused([problem('VERSION_CONFLICT', 'version')]);
      }
      return;
    }
    default:
      answer.refused satisfies never;
  }
}
