import type { Patron, PatronAmendment } from '../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Task } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { invalid, invalidTexts, problem } from '../rules/problems.ts';

/**
 * Accepts the registry's answer to an amendment, or refuses the operation. The registry takes no reference by which it
 * could recognise a repeated amendment. So if it refuses because of the version, the record is read. If the record has
 * the requested values, an earlier attempt of this operation made the change, perhaps in another process.
 * @param patronField the path of the patron's number in the input
 * @throws OperationRefused if the amendment was not made, and never will be.
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
