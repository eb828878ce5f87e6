import type { JournalTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** Attempts in PostgreSQL. An advisory lock per key makes concurrent attempts count one after another. */
export function attemptsIn({
  write: ask,
  transact,
}: JournalStatements): Pick<
  JournalTables,
  'addAttempt' | 'countAttempts' | 'forgive' | 'forgiveKey' | 'forgiveAbout'
> {
  return {
    async addAttempt({ id, key, about }, maxAttempts, withinMs) {
      return await transact('addAttempt', function* (transaction) {
        transaction.lockKeys([key]);
        const [full] = yield* transaction.ask<{ readonly until: Date }>('fullUntil', [key, maxAttempts]);
        if (full !== undefined) {
          return full.until;
        }
        yield* transaction.last('addAttempt', [id, key, about, withinMs]);
        return null;
      });
    },
    async countAttempts(key) {
      const rows = await ask<{ readonly count: number }>('countAttempts', [key]);
      return rows[0]?.count ?? 0;
    },
    async forgive(ids) {
      await ask('forgive', [ids]);
    },
    async forgiveKey(key) {
      await ask('forgiveKey', [key]);
    },
    async forgiveAbout(about) {
      await ask('forgiveAbout', [about]);
    },
  };
}
