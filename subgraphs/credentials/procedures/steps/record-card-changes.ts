import type { Credential } from '../../../../adapters/credentials/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import type { CredentialTask } from '../services.ts';

/**
 * The name of a card's field in the graph. But `pin` and `pinCode` are not fields in the graph. They mean the PIN, and
 * the code to set it.
 */
export type CardField =
  | 'status'
  | 'issuedOn'
  | 'dateOfIssue'
  | 'onReplacement'
  | 'informationCardPrintedOn'
  | 'pin'
  | 'pinCode';

/**
 * Writes an audit record of the fields of a patron's card that an operation has changed, such as `credential.status`.
 * The record has neither values nor the card's number. Must be called right after card management has made the change.
 * Safe to repeat, because each field is recorded once for an operation, even if the operation changes two cards.
 */
export function recordCardChanges(
  task: CredentialTask,
  { patronId }: Pick<Credential, 'patronId'>,
  fields: readonly CardField[],
  changer: 'STAFF' | 'STATION' = 'STAFF',
): Promise<void> {
  return recordChanges(
    task,
    patronId,
    fields.map((field) => `credential.${field}`),
    changer,
  );
}
