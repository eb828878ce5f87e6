import { checkCount, checkReadings, checkText } from '../bounds.ts';
import type { ReadingAudit } from '../port.ts';
import { type ReadingRow, readingOf } from '../rows.ts';
import type { PostgresDatabase } from './database.ts';

/** The audit of reading over PostgreSQL. */
export function auditIn({ ask }: PostgresDatabase): ReadingAudit {
  return {
    async record(readings) {
      checkReadings(readings);
      await ask('addReadings', [JSON.stringify(readings)]);
    },
    async readingsOfPatron(patronId, most) {
      checkText('patronId', patronId);
      checkCount('readings', most);
      const { rows } = await ask<ReadingRow<Date>>('readings', [patronId, most]);
      return rows.map((row) => readingOf(row, (at) => at));
    },
    async readingsOfApplication(applicationId, most) {
      checkText('applicationId', applicationId);
      checkCount('readings', most);
      const { rows } = await ask<ReadingRow<Date>>('readingsOfApplication', [applicationId, most]);
      return rows.map((row) => readingOf(row, (at) => at));
    },
  };
}
