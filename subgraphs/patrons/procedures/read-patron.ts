import type { Patron } from '../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Task } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { problem } from '../rules/problems.ts';

/** @throws OperationRefused NOT_FOUND if there is no such patron. */
export async function readPatron(
  { services, signal }: Task<PatronServices>,
  patronId: string,
): Promise<Patron> {
  const [patron] = await services.patrons.findMany([patronId], signal);
  if (patron == null) {
    throw new OperationRefused([problem('NOT_FOUND', 'patronId')]);
  }
  return patron;
}
