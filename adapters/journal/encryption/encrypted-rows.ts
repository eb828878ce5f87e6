import { z } from 'zod';
import type { Json } from '../port.ts';
import type { Sealing } from './encryption.ts';

/** What of an operation's row is a person's, but for details and result: sealed together. */
const names = z.object({
  caller: z.string(),
  reference: z.string(),
  place: z.object({ patronId: z.string(), libraryCardNumber: z.string(), subject: z.string() }).nullable(),
});
export type Names = z.infer<typeof names>;

/** Stands in the columns of a place whose content is sealed, and that nothing is compared with. */
export const inSealed = 'sealed';

export const sealedNames = (sealing: Sealing, clear: Names): string => sealing.seal(JSON.stringify(clear));

export const namesIn = (sealing: Sealing, sealed: string): Names =>
  names.parse(JSON.parse(sealing.unseal(sealed)));

/** JSON as it is stored; nothing is nothing's to seal. */
export const sealedJson = (sealing: Sealing, text: string): string =>
  text === 'null' ? text : JSON.stringify({ sealed: sealing.seal(text) });

const sealedForm = z.strictObject({ sealed: z.string() });

/** Whether JSON is in the form in which it is stored. */
export const isSealed = (stored: Json): boolean => stored === null || sealedForm.safeParse(stored).success;

export function clearJson(sealing: Sealing, stored: Json): Json {
  return stored === null ? null : JSON.parse(sealing.unseal(sealedForm.parse(stored).sealed));
}

/** What an outcome leaves, as it is stored. */
export const sealedOutcome = (
  sealing: Sealing,
  { result, details }: { readonly result: string; readonly details: string | null },
) => ({
  result: sealedJson(sealing, result),
  details: details === null ? null : sealedJson(sealing, details),
});

/** What an operation is found by. */
export const keyOf = (sealing: Sealing, caller: string, reference: string) => ({
  caller: sealing.digest('caller', caller),
  reference: sealing.digest('reference', reference),
});
