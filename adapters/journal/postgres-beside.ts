import { checkAttempt, checkKeys, checkReadings } from './bounds.ts';
import { newOperationId } from './operation-id.ts';
import type { Attempts, Journal, ReadingAudit } from './port.ts';
import type { PostgresDatabase } from './postgres-database.ts';
import { type ReadingRow, readingOf } from './rows.ts';

/** Claims over PostgreSQL: whoever claims a key waits for who is claiming it. */
export function claimsIn({ ask, transact }: PostgresDatabase): Pick<Journal, 'claim' | 'isClaimed'> {
  return {
    async claim(id, keys) {
      checkKeys(keys);
      return await transact(
        async (within) => {
          // In one order, so that no two wait for each other.
          await within('lockKeys', [keys.toSorted()]);
          const { rows } = await within<{ readonly operation_id: string }>('holder', [id, keys]);
          if (rows[0] !== undefined) return rows[0].operation_id;
          await within('addClaims', [id, keys]);
          return null;
        },
        (other) => other === null,
      );
    },
    async isClaimed(key) {
      checkKeys([key]);
      const { count } = await ask<{ readonly operation_id: string }>('holder', ['', [key]]);
      return count > 0;
    },
  };
}

/** Attempts over PostgreSQL: those of one key are counted one after the other. */
export function attemptsIn({ ask, transact }: PostgresDatabase): Attempts {
  return {
    async attempt(key, most, withinMs) {
      checkAttempt(key, most, withinMs);
      return await transact(
        async (within) => {
          await within('lockKeys', [[key]]);
          const { rows } = await within<{ readonly until: Date }>('fullUntil', [key, most, -withinMs]);
          if (rows[0] !== undefined) return { until: rows[0].until };
          const id = newOperationId();
          await within('addAttempt', [id, key]);
          return { id };
        },
        (attempt) => 'id' in attempt,
      );
    },
    async forgive(ids) {
      await ask('forgive', [ids]);
    },
  };
}

/** The audit of reading over PostgreSQL. */
export function auditIn({ ask, transact }: PostgresDatabase): ReadingAudit {
  return {
    async record(readings) {
      await transact(
        async (within) => {
          for (const { reader, clientId, what, patronId } of readings) {
            await within('addReading', [reader, clientId, what, patronId]);
          }
        },
        () => true,
      );
    },
    async readingsOf(patronId, most) {
      checkReadings(most);
      const { rows } = await ask<ReadingRow<Date>>('readings', [patronId, most]);
      return rows.map((row) => readingOf(row, (at) => at));
    },
  };
}
