import type { JournalTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** Attempts in PostgreSQL. An advisory lock per key makes concurrent attempts count one after another. */
export function attemptsIn({
  ask,
  transact,
}: JournalStatements): Pick<
  JournalTables,
  'addAttempt' | 'countAttempts' | 'forgive' | 'forgiveKey' | 'forgiveAbout'
> {
  return {
    async addAttempt({ id, key, about }, maxAttempts, withinMs) {
      return await transact(async (transaction) => {
        const [, { rows }] = await Promise.all([
          transaction.ask('lockKeys', [[key]]),
          transaction.ask<{ readonly until: Date }>('fullUntil', [key, maxAttempts]),
        ]);
        if (rows[0] !== undefined) {
          return rows[0].until;
        }
        await transaction.last('addAttempt', [id, key, about, withinMs]);
        return null;
      });
    },
    async countAttempts(key) {
      const { rows } = await ask<{ readonly count: number }>('countAttempts', [key]);
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
