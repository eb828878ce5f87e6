import type { ChangeAudit, ChangerRole } from '../../store/journal/port.ts';
import type { Task } from './procedure.ts';

/**
 * The maximum number of characters that are recorded of a name in a token. Longer names are cut, because the change is
 * already made and must be recorded.
 */
const maxNameLength = 200;

/**
 * Writes an audit record for each field that an operation has changed in a patron's record or cards. The record names
 * the field, but has no value. Must be called after the change is made, and before the operation is settled. So no
 * change is answered without a record. Safe to repeat.
 * @param otherwise the role of a caller who is not the patron
 * @throws StoreUnavailable if the records can't be written. The operation then stays unsettled, and is resumed.
 */
export async function recordChanges(
  {
    services,
    operation,
    caller,
    clientId,
    callerPatronId,
    signInId,
  }: Task<{ readonly changes: Pick<ChangeAudit, 'recordChanges'> }>,
  patronId: string,
  fields: readonly string[],
  otherwise: Exclude<ChangerRole, 'PATRON'> = 'STAFF',
): Promise<void> {
  if (fields.length === 0) {
    return;
  }
  const isOwn = callerPatronId === patronId;
  const by = {
    operationId: operation.id,
    subject: nameOf(caller),
    clientId: clientId === null ? null : nameOf(clientId),
    role: isOwn ? ('PATRON' as const) : otherwise,
    signInId: isOwn ? signInId : null,
  };
  await services.changes.recordChanges(fields.map((field) => ({ ...by, patronId, field })));
}

/**
 * The requester of a change that only staff make. The change is recorded as made by staff, even if the member of staff
 * changes their own record.
 */
export const asStaff = <By extends Pick<Task<unknown>, 'callerPatronId'>>(requester: By): By => ({
  ...requester,
  callerPatronId: null,
});

const nameOf = (text: string): string =>
  [...text.toWellFormed().replaceAll('\0', '')].slice(0, maxNameLength).join('') || '-';
