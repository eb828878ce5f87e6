import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts, checkTimes } from '../argument-limits.ts';
import type { ChangeAudit, Numbered, ReadingAudit } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';
import { findPatronKey, openPatronKey, patronKeysFor } from './patron-keys.ts';
import {
  type ChangeRow,
  changeValues,
  entriesOpener,
  openChange,
  openReading,
  type ReadingRow,
  readingValues,
} from './rows.ts';

/** A number that is greater than the number of every entry. */
const lastNumber = Number.MAX_SAFE_INTEGER;

const numbered = <Entry>(entry: Entry, row: { readonly number: number | string }): Numbered<Entry> => ({
  ...entry,
  number: Number(row.number),
});

/**
 * Implements the audit: who read and changed personal data. Entries about a patron are encrypted with the patron's key,
 * except entries of older programs.
 */
export const auditOf = (sql: JournalSql, encryption: Encryption): ReadingAudit & ChangeAudit => ({
  ...readingsOf(sql, encryption),
  ...changesOf(sql, encryption),
});

/**
 * The names under which a patron's entries are stored. Older programs stored them under the patron's number, and newer
 * ones under an alias. A patron without a key has no alias.
 */
async function namesOf(
  sql: JournalSql,
  encryption: Encryption,
  patronId: string,
): Promise<readonly string[]> {
  const key = await findPatronKey(sql, encryption, patronId);
  return key === null ? [patronId] : [patronId, key.alias];
}

function readingsOf(sql: JournalSql, encryption: Encryption): ReadingAudit {
  const find = async (...[name, values]: Parameters<typeof sql.read>) => {
    const open = entriesOpener(encryption, openReading);
    return (await sql.read<ReadingRow>(name, values)).map((row) => numbered(open(row), row));
  };
  return {
    async record(readings) {
      checkCount('readings', readings.length);
      for (const { subject: sub, clientId, patronId, applicationId, reason: accessReason } of readings) {
        checkTexts({ sub, clientId, patronId, applicationId, accessReason });
      }
      await sql.transact('record', function* (transaction) {
        const patronIds = readings.flatMap(({ patronId }) => (patronId === null ? [] : [patronId]));
        const keys = yield* patronKeysFor(transaction, encryption, patronIds);
        const rows = readings.map((reading) => readingValues(encryption, keys, reading));
        const applications = rows.flatMap(({ application }) => (application === null ? [] : [application]));
        if (applications.length > 0) {
          transaction.ask('addAuditedApplications', [JSON.stringify(applications)]);
        }
        yield* transaction.last('addReadings', [JSON.stringify(rows.map(({ values }) => values))]);
      });
    },
    async readingsOfPatron(patronId, maxReadings) {
      checkTexts({ patronId });
      checkCount('readings', maxReadings);
      const names = await namesOf(sql, encryption, patronId);
      return (await find('readingsOfPatron', [names, maxReadings])).map(withoutNumber);
    },
    async readingsOfApplication(applicationId, maxReadings) {
      checkTexts({ applicationId });
      checkCount('readings', maxReadings);
      const digest = encryption.digest('application', applicationId);
      const [row] = await sql.read<Parameters<typeof openPatronKey>[1]>('patronKeyOfApplication', [digest]);
      const names = [applicationId];
      if (row !== undefined) {
        names.push(openPatronKey(encryption, row).encryption.digest('application', applicationId));
      }
      return (await find('readingsOfApplication', [names, maxReadings])).map(withoutNumber);
    },
    async latestReadings(patronId, before, maxReadings) {
      checkTexts({ patronId });
      checkCount('readings', maxReadings);
      const names = await namesOf(sql, encryption, patronId);
      return await find('latestReadings', [names, before ?? lastNumber, maxReadings]);
    },
    async readingsAfter(after, maxReadings) {
      checkCount('readings', maxReadings);
      return await find('readingsAfter', [after, maxReadings]);
    },
    async busiestColleagues(maxColleagues) {
      checkCount('colleagues', maxColleagues);
      const open = entriesOpener(encryption, openReading);
      const rows = await sql.read<ReadingRow & { readonly patrons: number | string }>('busiestColleagues', [
        maxColleagues,
      ]);
      return rows.map((row) => {
        const { subject, clientId } = open(row);
        return { subject, clientId, patrons: Number(row.patrons) };
      });
    },
  };
}

function changesOf(sql: JournalSql, encryption: Encryption): ChangeAudit {
  const find = async (...[name, values]: Parameters<typeof sql.read>) => {
    const open = entriesOpener(encryption, openChange);
    return (await sql.read<ChangeRow>(name, values)).map((row) => numbered(open(row), row));
  };
  return {
    async recordChanges(changes) {
      checkCount('changes', changes.length);
      for (const { subject: sub, clientId, patronId, field } of changes) {
        checkTexts({ sub, clientId, patronId, field });
      }
      // A resumed operation may record its changes again, so of each field only the first change counts.
      const ofField = Map.groupBy(changes, ({ operationId, field }) => `${operationId} ${field}`);
      const first = [...ofField.values()].flatMap(([change]) => change ?? []);
      await sql.transact('recordChanges', function* (transaction) {
        const patronIds = first.map(({ patronId }) => patronId);
        const keys = yield* patronKeysFor(transaction, encryption, patronIds);
        const rows = first.map((change) => changeValues(keys, change));
        yield* transaction.last('addChanges', [JSON.stringify(rows)]);
      });
    },
    async changesOfPatron(patronId, maxChanges) {
      checkTexts({ patronId });
      checkCount('changes', maxChanges);
      const names = await namesOf(sql, encryption, patronId);
      return (await find('changesOfPatron', [names, maxChanges])).map(withoutNumber);
    },
    async lastChangesOf(patronId, fields, maxChanges) {
      checkTexts({ patronId });
      checkCount('fields', fields.length);
      checkCount('changes', maxChanges);
      const names = await namesOf(sql, encryption, patronId);
      return (await find('lastChangesOf', [names, fields, maxChanges])).map(withoutNumber);
    },
    async recentChanges(fields, maxAgeMs, maxChanges) {
      checkCount('fields', fields.length);
      checkTimes({ maxAgeMs });
      checkCount('changes', maxChanges);
      return (await find('recentChanges', [fields, maxAgeMs, maxChanges])).map(withoutNumber);
    },
    async latestChanges(patronId, before, maxChanges) {
      checkTexts({ patronId });
      checkCount('changes', maxChanges);
      const names = await namesOf(sql, encryption, patronId);
      return await find('latestChanges', [names, before ?? lastNumber, maxChanges]);
    },
    async changesAfter(after, maxChanges) {
      checkCount('changes', maxChanges);
      return await find('changesAfter', [after, maxChanges]);
    },
  };
}

function withoutNumber<Entry>({ number: _, ...entry }: Numbered<Entry>): Omit<Numbered<Entry>, 'number'> {
  return entry;
}
