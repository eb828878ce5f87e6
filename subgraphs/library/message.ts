import type { Localized } from './language.ts';

/**
 * The people whom messages address. The telephone service, partners and the sign-in page pass on the messages for
 * readers.
 */
export const addressees = ['reader', 'station', 'staff'] as const;

export type Addressee = (typeof addressees)[number];

/**
 * A message for each addressee, in the form that the journal stores. The reader's texts are under their languages. The
 * texts for stations and staff are under `station` and `staff`, and left out if they are the same as the reader's.
 * Messages that release 0.2 stored have only the languages.
 */
export type Message = Localized & { readonly station?: Localized; readonly staff?: Localized };

export const textFor = (message: Message, addressee: Addressee): Localized =>
  addressee === 'reader' ? message : (message[addressee] ?? message);
