import type { Json } from '../port.ts';
import {
  decryptedJson,
  decryptedNames,
  encryptedElsewhere,
  encryptedJson,
  encryptedNames,
  isEncrypted,
  keyOf,
  type Names,
} from './encrypted-rows.ts';
import type { Encryption } from './encryption.ts';

/** What of an operation's row is in clear, or sealed. */
export interface EncryptableRow {
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

export interface ReencryptedRow {
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

/** Operations that are sealed anew in one go. */
export const reencryptionBatch = 500;

/** A row that is in clear, or sealed `from` another secret, as it is to be. */
export function reencrypted(row: EncryptableRow, from: Encryption | null, to: Encryption): ReencryptedRow {
  const names = from === null || row.sealed === null ? clearNames(row) : decryptedNames(from, row.sealed);
  const { place } = names;
  const column = place === null ? null : encryptedElsewhere;
  return {
    id: row.id,
    ...keyOf(to, names.caller, names.reference),
    patron_id: place === null ? null : to.digest('patron', place.patronId),
    library_card_number: column,
    subject: column,
    sealed: encryptedNames(to, names),
    details: resealedJson(row.details, from, to),
    result: row.result === null ? null : resealedJson(row.result, from, to),
  };
}

function clearNames(row: EncryptableRow): Names {
  const { caller, reference, patron_id: patronId, library_card_number: libraryCardNumber, subject } = row;
  const isPlace = patronId !== null && libraryCardNumber !== null && subject !== null;
  return { caller, reference, place: isPlace ? { patronId, libraryCardNumber, subject } : null };
}

function resealedJson(stored: Json, from: Encryption | null, to: Encryption): string {
  // Procedures have always sealed what they keep, with this key.
  if (from === null && isEncrypted(stored)) {
    return JSON.stringify(stored);
  }
  return encryptedJson(to, JSON.stringify(from === null ? stored : decryptedJson(from, stored)));
}
