import { z } from 'zod';
import type { Encryption } from '../encryption/encryption.ts';
import type { Json } from './port.ts';

/** The personal data of an operation, except details and result. It is encrypted as a whole, in the column `sealed`. */
const personalFields = z.object({
  caller: z.string(),
  reference: z.string(),
  place: z.object({ patronId: z.string(), libraryCardNumber: z.string(), subject: z.string() }).nullable(),
});
export type PersonalFields = z.infer<typeof personalFields>;

/**
 * The value of a column whose real value is encrypted in the column `sealed`, such as the card number of an operation.
 */
export const encryptedPlaceholder = 'sealed';

export const encryptFields = (encryption: Encryption, fields: PersonalFields): string =>
  encryption.encrypt(JSON.stringify(fields));

export const decryptFields = (encryption: Encryption, sealed: string): PersonalFields =>
  personalFields.parse(JSON.parse(encryption.decrypt(sealed)));

/** Encrypts JSON text as JSON text: `{"sealed":"…"}`. `null` stays `null`, because it reveals nothing about anybody. */
export const encryptJson = (encryption: Encryption, text: string): string =>
  text === 'null' ? text : JSON.stringify({ sealed: encryption.encrypt(text) });

const encryptedForm = z.strictObject({ sealed: z.string() });

/** Whether stored JSON has the form that `encryptJson` gives it. */
export const isEncryptedJson = (stored: Json): boolean =>
  stored === null || encryptedForm.safeParse(stored).success;

export function decryptJson(encryption: Encryption, stored: Json): Json {
  return stored === null ? null : JSON.parse(encryption.decrypt(encryptedForm.parse(stored).sealed));
}

/** The patron of an operation: a digest to find the operation by, and the encrypted number. */
export interface AboutPatron {
  readonly key: string;
  readonly encrypted: string;
}

export const aboutPatron = (encryption: Encryption, patronId: string): AboutPatron => ({
  key: encryption.digest('patron', patronId),
  encrypted: encryption.encrypt(patronId),
});

/**
 * The columns for the patron of an operation. Both are null if no patron is known. If an operation is older than
 * `about_patron_encrypted`, only that column is null, and the number is in `place`.
 */
export interface AboutColumns {
  readonly about_patron: string | null;
  readonly about_patron_encrypted: string | null;
}

/** The patron's number. Null if it is not known. */
export function decryptAboutPatron(
  encryption: Encryption | null,
  { about_patron: key, about_patron_encrypted: encrypted }: AboutColumns,
  { place }: PersonalFields,
): string | null {
  if (key === null) {
    return null;
  }
  return encrypted === null || encryption === null
    ? (place?.patronId ?? null)
    : encryption.decrypt(encrypted);
}

/** The digests with which an operation is found. */
export interface ReferenceKey {
  readonly caller: string;
  readonly reference: string;
}

/**
 * The digest of a reference. The digest doesn't depend on the caller, so staff can find any caller's operation by its
 * reference.
 */
export const referenceDigest = (encryption: Encryption, reference: string): string =>
  encryption.digest('reference', reference);

/** The caller that is stored for the child operations of an operation: that operation. */
export const callerOfChildren = (encryption: Encryption, operationId: string): string =>
  encryption.digest('caller', `operation ${operationId}`);

export const referenceKey = (encryption: Encryption, caller: string, reference: string): ReferenceKey => ({
  caller: encryption.digest('caller', caller),
  reference: referenceDigest(encryption, reference),
});
