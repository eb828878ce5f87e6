import { z } from 'zod';
import type { Json } from '../port.ts';
import type { Encryption } from './encryption.ts';

/** The personal data in an operation's row, except details and result. Encrypted together, in the column `sealed`. */
const personalFields = z.object({
  caller: z.string(),
  reference: z.string(),
  place: z.object({ patronId: z.string(), libraryCardNumber: z.string(), subject: z.string() }).nullable(),
});
export type PersonalFields = z.infer<typeof personalFields>;

/** Stands in the columns `library_card_number` and `subject` of a place. The values are in `sealed`. */
export const encryptedPlaceholder = 'sealed';

export const encryptFields = (encryption: Encryption, fields: PersonalFields): string =>
  encryption.encrypt(JSON.stringify(fields));

export const decryptFields = (encryption: Encryption, sealed: string): PersonalFields =>
  personalFields.parse(JSON.parse(encryption.decrypt(sealed)));

/** JSON text, encrypted, as JSON text: `{"sealed":"…"}`. `null` stays `null`, because it says nothing of anybody. */
export const encryptJson = (encryption: Encryption, text: string): string =>
  text === 'null' ? text : JSON.stringify({ sealed: encryption.encrypt(text) });

const encryptedForm = z.strictObject({ sealed: z.string() });

/** Whether stored JSON has the form that `encryptJson` gives it. */
export const isEncryptedJson = (stored: Json): boolean =>
  stored === null || encryptedForm.safeParse(stored).success;

export function decryptJson(encryption: Encryption, stored: Json): Json {
  return stored === null ? null : JSON.parse(encryption.decrypt(encryptedForm.parse(stored).sealed));
}

/** The digests by which an operation is found. */
export interface ReferenceKey {
  readonly caller: string;
  readonly reference: string;
}

export const referenceKey = (encryption: Encryption, caller: string, reference: string): ReferenceKey => ({
  caller: encryption.digest('caller', caller),
  reference: encryption.digest('reference', reference),
});
