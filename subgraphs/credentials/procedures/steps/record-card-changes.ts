import type { Credential } from '../../../../adapters/credentials/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import type { CredentialTask } from '../services.ts';

/** What changes on a card, for the audit: a field in the graph, the PIN, or the code to set the PIN (`pinCode`). */
export type CardField =
  | 'status'
  | 'issuedOn'
  | 'dateOfIssue'
  | 'onReplacement'
  | 'informationCardPrintedOn'
  | 'pin'
  | 'pinCode';

/**
 * Writes an audit record that names the fields of a patron's card that an operation has changed, such as
 * `credential.status`. It contains no values and no card number. Must be called right after card management has made
 * the change. Safe to repeat: each field is recorded once for an operation, even if the operation changes two cards.
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
