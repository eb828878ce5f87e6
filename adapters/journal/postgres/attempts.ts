import { checkAttempt, checkText } from '../bounds.ts';
import { newOperationId } from '../operation-id.ts';
import type { Attempts } from '../port.ts';
import type { PostgresDatabase } from './database.ts';

/** Attempts over PostgreSQL: those of one key are counted one after the other. */
export function attemptsIn({ ask, transact }: PostgresDatabase): Attempts {
  return {
    async attempt(key, most, withinMs, about = null) {
      checkAttempt(key, most, withinMs, about);
      return await transact(async ({ ask: within, last }) => {
        const [, { rows }] = await Promise.all([
          within('lockKeys', [[key]]),
          within<{ readonly until: Date }>('fullUntil', [key, most]),
        ]);
        if (rows[0] !== undefined) {
          return { until: rows[0].until };
        }
        const id = newOperationId();
        await last('addAttempt', [id, key, about, withinMs]);
        return { id };
      });
    },
    async forgive(ids) {
      await ask('forgive', [ids]);
    },
    async forgiveKey(key) {
      checkText('attemptedKey', key);
      await ask('forgiveKey', [key]);
    },
    async forgiveAbout(about) {
      checkText('attemptedKey', about);
      await ask('forgiveAbout', [about]);
    },
  };
}
