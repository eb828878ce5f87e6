import type { Credential } from '../../../../adapters/credentials/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import type { CredentialTask } from '../services.ts';

/** A field of a card as the graph names it. Its PIN is no field there, and neither is a code for setting it. */
export type CardField =
  | 'status'
  | 'issuedOn'
  | 'dateOfIssue'
  | 'onReplacement'
  | 'informationCardPrintedOn'
  | 'pin'
  | 'pinCode';

/**
 * Writes an audit record of what an operation has changed of a patron's card, as in `credential.status`: never a value, and
 * never the card's number. Safe to repeat, and to be called right after card management has made the change: a field of an
 * operation is recorded once, also where the operation changes two cards.
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
