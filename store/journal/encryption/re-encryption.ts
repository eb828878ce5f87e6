import type { Encryption } from '../../encryption/encryption.ts';
import type { Json } from '../port.ts';
import {
  type AboutColumns,
  aboutPatron,
  decryptAboutPatron,
  decryptFields,
  decryptJson,
  encryptedPlaceholder,
  encryptFields,
  encryptJson,
  isEncryptedJson,
  type PersonalFields,
  referenceKey,
} from './encrypted-rows.ts';

/** The columns of an operation's row that hold personal data, in clear (`sealed` is null) or encrypted. */
export interface EncryptableRow extends AboutColumns {
  readonly id: string;
  readonly caller: string;
  readonly reference: string;
  readonly patron_id: string | null;
  readonly library_card_number: string | null;
  readonly subject: string | null;
  readonly sealed: string | null;
  readonly details: Json;
  readonly result: Json;
}

/** The same columns, encrypted. Details and result are JSON text. */
export interface EncryptedRow extends AboutColumns {
  readonly id: string;
  readonly caller: string;
  readonly reference: string;
  readonly patron_id: string | null;
  readonly library_card_number: string | null;
  readonly subject: string | null;
  readonly sealed: string;
  readonly details: string;
  readonly result: string | null;
}

/** The columns of a received application that are encrypted, with the digest that its document is found by. */
export interface EncryptedApplication {
  readonly id: string;
  readonly document: string;
  readonly documentEncrypted: string;
  readonly applicationEncrypted: string | null;
}

/** The same, encrypted with `to`. */
export function reencryptApplication(
  row: EncryptedApplication,
  from: Encryption,
  to: Encryption,
): EncryptedApplication {
  const document = from.decrypt(row.documentEncrypted);
  return {
    id: row.id,
    document: to.digest('document', document),
    documentEncrypted: to.encrypt(document),
    applicationEncrypted:
      row.applicationEncrypted === null
        ? null
        : reencryptJson(JSON.parse(row.applicationEncrypted), from, to),
  };
}

/** Operations that are read and encrypted at a time. */
export const reencryptionBatchSize = 500;

/** Encrypts a row with `to`. The row is encrypted with `from`, or in clear if `from` is null. */
export function reencryptRow(row: EncryptableRow, from: Encryption | null, to: Encryption): EncryptedRow {
  const fields = from === null || row.sealed === null ? clearFields(row) : decryptFields(from, row.sealed);
  const { place } = fields;
  const placeholder = place === null ? null : encryptedPlaceholder;
  const patronId = decryptAboutPatron(from, row, fields);
  const about = patronId === null ? null : aboutPatron(to, patronId);
  return {
    id: row.id,
    ...referenceKey(to, fields.caller, fields.reference),
    patron_id: place === null ? null : to.digest('patron', place.patronId),
    library_card_number: placeholder,
    subject: placeholder,
    sealed: encryptFields(to, fields),
    about_patron: about?.key ?? null,
    about_patron_encrypted: about?.encrypted ?? null,
    details: reencryptJson(row.details, from, to),
    result: row.result === null ? null : reencryptJson(row.result, from, to),
  };
}

function clearFields(row: EncryptableRow): PersonalFields {
  const { caller, reference, patron_id: patronId, library_card_number: libraryCardNumber, subject } = row;
  const hasPlace = patronId !== null && libraryCardNumber !== null && subject !== null;
  return { caller, reference, place: hasPlace ? { patronId, libraryCardNumber, subject } : null };
}

function reencryptJson(stored: Json, from: Encryption | null, to: Encryption): string {
  // Procedures encrypted their details with this key even while rows were in clear.
  if (from === null && isEncryptedJson(stored)) {
    return JSON.stringify(stored);
  }
  return encryptJson(to, JSON.stringify(from === null ? stored : decryptJson(from, stored)));
}
