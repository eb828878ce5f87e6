import type { ReadingRow } from '../rows.ts';
import type { JournalTables } from '../tables.ts';
import type { PostgresDatabase } from './database.ts';

/** The audit of readings in PostgreSQL. */
export function auditIn({
  ask,
}: PostgresDatabase): Pick<JournalTables, 'addReadings' | 'readingsOfPatron' | 'readingsOfApplication'> {
  return {
    async addReadings(readings) {
      await ask('addReadings', [JSON.stringify(readings)]);
    },
    readingsOfPatron: async (patronId, maxReadings) =>
      (await ask<ReadingRow>('readingsOfPatron', [patronId, maxReadings])).rows,
    readingsOfApplication: async (applicationId, maxReadings) =>
      (await ask<ReadingRow>('readingsOfApplication', [applicationId, maxReadings])).rows,
  };
}
