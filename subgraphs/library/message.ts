import type { Localized } from './language.ts';

/** The people whom messages address. The telephone service, partners and the sign-in page pass theirs on to readers. */
export const addressees = ['reader', 'station', 'staff'] as const;

export type Addressee = (typeof addressees)[number];

/**
 * A message for each addressee: the reader's in its languages, and the others under their names. They are left out if
 * they are the same as the reader's. The journal stores this form, and has only the languages in rows of release 0.2.
 */
export type Message = Localized & { readonly station?: Localized; readonly staff?: Localized };

export const textFor = (message: Message, addressee: Addressee): Localized =>
  addressee === 'reader' ? message : (message[addressee] ?? message);
