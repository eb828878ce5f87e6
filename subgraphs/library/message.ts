import type { Localized } from './language.ts';

/**
 * The people whom messages address. The telephone service, partners and the sign-in page pass on the messages for
 * readers.
 */
export const addressees = ['reader', 'station', 'staff'] as const;

export type Addressee = (typeof addressees)[number];

/**
 * A message for each addressee. The reader's texts are under their languages, and the texts for stations and staff
 * under `station` and `staff`. A text for stations or staff is left out if it is the same as the reader's. The journal
 * stores this form. Rows of release 0.2 have only the languages.
 */
export type Message = Localized & { readonly station?: Localized; readonly staff?: Localized };

export const textFor = (message: Message, addressee: Addressee): Localized =>
  addressee === 'reader' ? message : (message[addressee] ?? message);
