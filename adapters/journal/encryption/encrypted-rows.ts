import { z } from 'zod';
import type { Json } from '../port.ts';
import type { Encryption } from './encryption.ts';

/** What of an operation's row is a person's, but for details and result: sealed together. */
const names = z.object({
  caller: z.string(),
  reference: z.string(),
  place: z.object({ patronId: z.string(), libraryCardNumber: z.string(), subject: z.string() }).nullable(),
});
export type Names = z.infer<typeof names>;

/** Stands in the columns of a place whose content is sealed, and that nothing is compared with. */
export const encryptedElsewhere = 'sealed';

export const encryptedNames = (encryption: Encryption, clear: Names): string =>
  encryption.encrypt(JSON.stringify(clear));

export const decryptedNames = (encryption: Encryption, sealed: string): Names =>
  names.parse(JSON.parse(encryption.decrypt(sealed)));

/** JSON as it is stored; nothing is nothing's to seal. */
export const encryptedJson = (encryption: Encryption, text: string): string =>
  text === 'null' ? text : JSON.stringify({ sealed: encryption.encrypt(text) });

const encryptedForm = z.strictObject({ sealed: z.string() });

/** Whether JSON is in the form in which it is stored. */
export const isEncrypted = (stored: Json): boolean =>
  stored === null || encryptedForm.safeParse(stored).success;

export function decryptedJson(encryption: Encryption, stored: Json): Json {
  return stored === null ? null : JSON.parse(encryption.decrypt(encryptedForm.parse(stored).sealed));
}

/** What an outcome leaves, as it is stored. */
export const encryptedOutcome = (
  encryption: Encryption,
  { result, details }: { readonly result: string; readonly details: string | null },
) => ({
  result: encryptedJson(encryption, result),
  details: details === null ? null : encryptedJson(encryption, details),
});

/** What an operation is found by. */
export const keyOf = (encryption: Encryption, caller: string, reference: string) => ({
  caller: encryption.digest('caller', caller),
  reference: encryption.digest('reference', reference),
});
