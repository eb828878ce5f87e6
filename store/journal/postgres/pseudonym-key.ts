import type { StoredPseudonymKey } from '../encryption/pseudonym-key.ts';
import { requireFound } from '../rows.ts';
import type { JournalTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** The key to pseudonyms in PostgreSQL. */
export const pseudonymKeyIn = ({
  write: ask,
}: JournalStatements): Pick<JournalTables, 'agreeOnPseudonymKey'> => ({
  async agreeOnPseudonymKey(proof, encrypted) {
    await ask('keepPseudonymKey', [proof, encrypted]);
    return requireFound((await ask<StoredPseudonymKey>('readKeys', []))[0]);
  },
});
