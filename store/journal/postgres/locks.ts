import type { JournalTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/**
 * Locks in PostgreSQL. Their table is called `claims`. A row is in force while its operation is unsettled. Advisory locks make
 * concurrent calls for one key run one after another.
 */
export function locksIn({
  write: ask,
  transact,
}: JournalStatements): Pick<JournalTables, 'lock' | 'isLocked'> {
  return {
    async lock(id, keys) {
      return await transact('lock', function* (transaction) {
        transaction.lockKeys(keys);
        const [found] = yield* transaction.ask<{ readonly holder: string | null }>('findHolder', [id, keys]);
        if (found?.holder === null) {
          yield* transaction.last('addLocks', [id, keys]);
        }
        return found;
      });
    },
    async isLocked(key, exceptId) {
      const { length: count } = await ask('isLocked', [key, exceptId]);
      return count > 0;
    },
  };
}
