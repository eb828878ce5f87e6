import { checkAttempt } from './bounds.ts';
import { newOperationId } from './operation-id.ts';
import type { Attempts } from './port.ts';
import type { PostgresDatabase } from './postgres-database.ts';

/** Attempts over PostgreSQL: those of one key are counted one after the other. */
export function attemptsIn({ ask, transact }: PostgresDatabase): Attempts {
  return {
    async attempt(key, most, withinMs) {
      checkAttempt(key, most, withinMs);
      return await transact(async ({ ask: within, last }) => {
        const [, { rows }] = await Promise.all([
          within('lockKeys', [[key]]),
          within<{ readonly until: Date }>('fullUntil', [key, most, withinMs]),
        ]);
        if (rows[0] !== undefined) return { until: rows[0].until };
        const id = newOperationId();
        await last('addAttempt', [id, key]);
        return { id };
      });
    },
    async forgive(ids) {
      await ask('forgive', [ids]);
    },
  };
}
