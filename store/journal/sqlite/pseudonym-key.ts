import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { StoredPseudonymKey } from '../encryption/pseudonym-key.ts';
import { requireFound } from '../rows.ts';
import type { JournalTables } from '../tables.ts';

/** The key to pseudonyms in SQLite. */
export function pseudonymKeyIn(database: SqliteDatabase): Pick<JournalTables, 'agreeOnPseudonymKey'> {
  const keep =
    database.run(`update secrets set pseudonym_key_proof = :proof, pseudonym_key_encrypted = :encrypted
    where pseudonym_key_proof is null`);
  const read = database.one<StoredPseudonymKey>('select * from secrets');
  return {
    agreeOnPseudonymKey: async (proof, encrypted) =>
      await database.durably(() => {
        keep({ proof, encrypted });
        return requireFound(read({}));
      }),
  };
}
