import type { ReadingRow } from '../rows.ts';
import type { JournalTables } from '../tables.ts';
import type { SqliteDatabase } from './database.ts';

type StoredReading = Omit<ReadingRow, 'at'> & { readonly at: number };

const readingRow = (row: StoredReading): ReadingRow => ({ ...row, at: new Date(row.at) });

/** The audit of readings in SQLite. `now` is in milliseconds since 1970. */
export function auditIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<JournalTables, 'addReadings' | 'readingsOfPatron' | 'readingsOfApplication'> {
  const add = database.run(`insert into readings (at, reader, client_id, what, patron_id, application_id)
    values (:at, :reader, :clientId, :what, :patronId, :applicationId)`);
  const ofPatron = database.all<StoredReading>(
    'select * from readings where patron_id = :patronId order by number limit :maxReadings',
  );
  const ofApplication = database.all<StoredReading>(
    'select * from readings where application_id = :applicationId order by number limit :maxReadings',
  );
  return {
    async addReadings(readings) {
      const at = now();
      await database.durably(() => {
        for (const { reader, clientId, what, patronId, applicationId = null } of readings) {
          add({ at, reader, clientId, what, patronId, applicationId });
        }
      });
    },
    readingsOfPatron: async (patronId, maxReadings) => ofPatron({ patronId, maxReadings }).map(readingRow),
    readingsOfApplication: async (applicationId, maxReadings) =>
      ofApplication({ applicationId, maxReadings }).map(readingRow),
  };
}
