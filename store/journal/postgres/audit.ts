import type { ChangeRow, ReadingRow } from '../rows.ts';
import type { AuditTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** The audit of readings and changes in PostgreSQL. */
export function auditIn({ write: ask }: JournalStatements): AuditTables {
  return {
    async addReadings(readings) {
      await ask('addReadings', [JSON.stringify(readings)]);
    },
    readingsOfPatron: async (patronId, maxReadings) =>
      await ask<ReadingRow>('readingsOfPatron', [patronId, maxReadings]),
    readingsOfApplication: async (applicationId, maxReadings) =>
      await ask<ReadingRow>('readingsOfApplication', [applicationId, maxReadings]),
    latestReadings: async (patronId, before, maxRows) =>
      await ask<ReadingRow>('latestReadings', [patronId, before, maxRows]),
    async addChanges(changes) {
      await ask('addChanges', [JSON.stringify(changes)]);
    },
    changesOfPatron: async (patronId, maxChanges) =>
      await ask<ChangeRow>('changesOfPatron', [patronId, maxChanges]),
    lastChangeOf: async (patronId, fields) =>
      (await ask<ChangeRow>('lastChangeOf', [patronId, [...fields]]))[0],
    latestChanges: async (patronId, before, maxRows) =>
      await ask<ChangeRow>('latestChanges', [patronId, before, maxRows]),
  };
}
