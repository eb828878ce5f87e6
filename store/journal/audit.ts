import { checkCount, checkTexts } from './argument-limits.ts';
import type { AuditedChange, AuditedReading, ChangeAudit, Numbered, ReadingAudit } from './port.ts';
import type { StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/** A number that is greater than the number of every entry. */
const lastNumber = Number.MAX_SAFE_INTEGER;

interface ReadingRow {
  /** PostgreSQL returns this number as a string. */
  readonly number: number | string;
  readonly at: StoredTime;
  readonly reader: string;
  readonly client_id: string | null;
  readonly what: AuditedReading['what'];
  readonly patron_id: string | null;
  readonly application_id: string | null;
}

interface ChangeRow {
  readonly number: number | string;
  readonly at: StoredTime;
  readonly operation_id: string;
  readonly subject: string;
  readonly client_id: string | null;
  readonly role: AuditedChange['role'];
  readonly patron_id: string;
  readonly field: string;
}

const readingOf = (row: ReadingRow): AuditedReading => ({
  at: new Date(row.at),
  reader: row.reader,
  clientId: row.client_id,
  what: row.what,
  patronId: row.patron_id,
  applicationId: row.application_id,
});

const changeOf = (row: ChangeRow): AuditedChange => ({
  at: new Date(row.at),
  operationId: row.operation_id,
  subject: row.subject,
  clientId: row.client_id,
  role: row.role,
  patronId: row.patron_id,
  field: row.field,
});

const numbered = <Entry>(entry: Entry, row: { readonly number: number | string }): Numbered<Entry> => ({
  ...entry,
  number: Number(row.number),
});

/** The audit. It is not encrypted, so that an auditor needs no secret. */
export const auditOf = (sql: JournalSql): ReadingAudit & ChangeAudit => ({
  ...readingsOf(sql),
  ...changesOf(sql),
});

function readingsOf(sql: JournalSql): ReadingAudit {
  return {
    async record(readings) {
      checkCount('readings', readings.length);
      for (const { reader, clientId, patronId, applicationId } of readings) {
        checkTexts({ reader, clientId, patronId, applicationId });
      }
      await sql.write('addReadings', [JSON.stringify(readings)]);
    },
    async readingsOfPatron(patronId, maxReadings) {
      checkTexts({ patronId });
      checkCount('readings', maxReadings);
      return (await sql.read<ReadingRow>('readingsOfPatron', [patronId, maxReadings])).map(readingOf);
    },
    async readingsOfApplication(applicationId, maxReadings) {
      checkTexts({ applicationId });
      checkCount('readings', maxReadings);
      return (await sql.read<ReadingRow>('readingsOfApplication', [applicationId, maxReadings])).map(
        readingOf,
      );
    },
    async latestReadings(patronId, before, maxReadings) {
      checkTexts({ patronId });
      checkCount('readings', maxReadings);
      const values = [patronId, before ?? lastNumber, maxReadings];
      const rows = await sql.read<ReadingRow>('latestReadings', values);
      return rows.map((row) => numbered(readingOf(row), row));
    },
  };
}

function changesOf(sql: JournalSql): ChangeAudit {
  return {
    async recordChanges(changes) {
      checkCount('changes', changes.length);
      for (const { subject: reader, clientId, patronId, field } of changes) {
        checkTexts({ reader, clientId, patronId, field });
      }
      // Only the first change of a field of an operation is recorded.
      const ofField = Map.groupBy(changes, ({ operationId, field }) => `${operationId} ${field}`);
      const first = [...ofField.values()].map(([change]) => change);
      await sql.write('addChanges', [JSON.stringify(first)]);
    },
    async changesOfPatron(patronId, maxChanges) {
      checkTexts({ patronId });
      checkCount('changes', maxChanges);
      return (await sql.read<ChangeRow>('changesOfPatron', [patronId, maxChanges])).map(changeOf);
    },
    async lastChangeOf(patronId, fields) {
      checkTexts({ patronId });
      checkCount('fields', fields.length);
      const [row] = await sql.read<ChangeRow>('lastChangeOf', [patronId, fields]);
      return row === undefined ? null : new Date(row.at);
    },
    async latestChanges(patronId, before, maxChanges) {
      checkTexts({ patronId });
      checkCount('changes', maxChanges);
      const values = [patronId, before ?? lastNumber, maxChanges];
      const rows = await sql.read<ChangeRow>('latestChanges', values);
      return rows.map((row) => numbered(changeOf(row), row));
    },
  };
}
