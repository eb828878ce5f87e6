import type { ChangeAudit, ChangerRole } from '../../store/journal/port.ts';
import type { Task } from './procedure.ts';

/**
 * Names from a token are cut after this many characters. The change has been made by then, so it is recorded whatever the name.
 */
const maxNameLength = 200;

/**
 * Writes an audit record of each field that an operation has changed in a patron's record or of their cards: its name, never
 * its value. Called once the change is made, and before the operation is settled, so that no change is answered without a
 * record. Safe to repeat. `otherwise` is the role of a caller who is not the patron.
 * @throws StoreUnavailable where the records can't be written: the operation stays unsettled then, and is resumed.
 */
export async function recordChanges(
  { services, operation, caller, clientId, callerPatronId }: Task<{ readonly changes: ChangeAudit }>,
  patronId: string,
  fields: readonly string[],
  otherwise: Exclude<ChangerRole, 'PATRON'> = 'STAFF',
): Promise<void> {
  if (fields.length === 0) {
    return;
  }
  const by = {
    operationId: operation.id,
    subject: nameOf(caller),
    clientId: clientId === null ? null : nameOf(clientId),
    role: callerPatronId === patronId ? ('PATRON' as const) : otherwise,
  };
  await services.changes.recordChanges(fields.map((field) => ({ ...by, patronId, field })));
}

const nameOf = (text: string): string =>
  [...text.toWellFormed().replaceAll('\0', '')].slice(0, maxNameLength).join('') || '-';
