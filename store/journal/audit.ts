import { checkChanges, checkCount, checkReadings, checkText } from './argument-limits.ts';
import type { ChangeAudit, ReadingAudit } from './port.ts';
import { changeOf, readingOf } from './rows.ts';
import type { AuditTables } from './tables.ts';

/** Fields that are looked for at a time. */
const maxFields = 10;

/** The audit, over the tables of either database. It is in clear: whoever audits needs no secret. */
export function auditOf(tables: AuditTables): ReadingAudit & ChangeAudit {
  return {
    async record(readings) {
      checkReadings(readings);
      await tables.addReadings(readings);
    },
    async readingsOfPatron(patronId, maxReadings) {
      checkText('patronId', patronId);
      checkCount('readings', maxReadings);
      return (await tables.readingsOfPatron(patronId, maxReadings)).map(readingOf);
    },
    async readingsOfApplication(applicationId, maxReadings) {
      checkText('applicationId', applicationId);
      checkCount('readings', maxReadings);
      return (await tables.readingsOfApplication(applicationId, maxReadings)).map(readingOf);
    },
    async latestReadings(patronId, before, maxReadings) {
      checkText('patronId', patronId);
      checkCount('readings', maxReadings);
      const rows = await tables.latestReadings(patronId, before, maxReadings);
      return rows.map((row) => ({ ...readingOf(row), number: Number(row.number) }));
    },
    async recordChanges(changes) {
      checkChanges(changes);
      await tables.addChanges(changes);
    },
    async changesOfPatron(patronId, maxChanges) {
      checkText('patronId', patronId);
      checkCount('changes', maxChanges);
      return (await tables.changesOfPatron(patronId, maxChanges)).map(changeOf);
    },
    async lastChangeOf(patronId, fields) {
      checkText('patronId', patronId);
      if (fields.length < 1 || fields.length > maxFields) {
        throw new RangeError(`fields must be 1 to ${maxFields}`);
      }
      const row = await tables.lastChangeOf(patronId, fields);
      return row === undefined ? null : changeOf(row).at;
    },
    async latestChanges(patronId, before, maxChanges) {
      checkText('patronId', patronId);
      checkCount('changes', maxChanges);
      const rows = await tables.latestChanges(patronId, before, maxChanges);
      return rows.map((row) => ({ ...changeOf(row), number: Number(row.number) }));
    },
  };
}
