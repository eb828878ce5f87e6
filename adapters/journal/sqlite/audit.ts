import { checkCount, checkReadings, checkText } from '../bounds.ts';
import type { ReadingAudit } from '../port.ts';
import { type ReadingRow, readingOf } from '../rows.ts';
import type { SqliteDatabase } from './database.ts';

/** The audit of reading over SQLite. `now` is in milliseconds since 1970. */
export function auditIn(database: SqliteDatabase, now: () => number): ReadingAudit {
  const add = database.run(`insert into readings (at, reader, client_id, what, patron_id, application_id)
    values (:at, :reader, :clientId, :what, :patronId, :applicationId)`);
  const of = database.all<ReadingRow<number>>(
    'select * from readings where patron_id = :patronId order by number limit :most',
  );
  const ofApplication = database.all<ReadingRow<number>>(
    'select * from readings where application_id = :applicationId order by number limit :most',
  );
  return {
    async record(readings) {
      checkReadings(readings);
      const at = now();
      await database.durably(() => {
        for (const { reader, clientId, what, patronId, applicationId = null } of readings) {
          add({ at, reader, clientId, what, patronId, applicationId });
        }
      });
    },
    async readingsOfPatron(patronId, most) {
      checkText('patronId', patronId);
      checkCount('readings', most);
      return of({ patronId, most }).map((row) => readingOf(row, (ms) => new Date(ms)));
    },
    async readingsOfApplication(applicationId, most) {
      checkText('applicationId', applicationId);
      checkCount('readings', most);
      return ofApplication({ applicationId, most }).map((row) => readingOf(row, (ms) => new Date(ms)));
    },
  };
}
