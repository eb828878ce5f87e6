import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { ChangeRow, ReadingRow } from '../rows.ts';
import type { AuditTables } from '../tables.ts';

type Stored<Row> = Omit<Row, 'at'> & { readonly at: number };

const withDate = <Row extends { readonly at: Date }>(row: Stored<Row>) => ({ ...row, at: new Date(row.at) });

/** The audit of readings and changes in SQLite. `now` is in milliseconds since 1970. */
export function auditIn(database: SqliteDatabase, now: () => number): AuditTables {
  return { ...readingsIn(database, now), ...changesIn(database, now) };
}

function readingsIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<AuditTables, 'addReadings' | 'readingsOfPatron' | 'readingsOfApplication' | 'latestReadings'> {
  const add = database.run(`insert into readings (at, reader, client_id, what, patron_id, application_id)
    values (:at, :reader, :clientId, :what, :patronId, :applicationId)`);
  const ofPatron = database.all<Stored<ReadingRow>>(
    'select * from readings where patron_id = :patronId order by number limit :maxReadings',
  );
  const ofApplication = database.all<Stored<ReadingRow>>(
    'select * from readings where application_id = :applicationId order by number limit :maxReadings',
  );
  const latest = database.all<Stored<ReadingRow>>(latestIn('readings'));
  return {
    async addReadings(readings) {
      const at = now();
      await database.durably(() => {
        for (const { reader, clientId, what, patronId, applicationId = null } of readings) {
          add({ at, reader, clientId, what, patronId, applicationId });
        }
      });
    },
    readingsOfPatron: async (patronId, maxReadings) =>
      ofPatron({ patronId, maxReadings }).map(withDate<ReadingRow>),
    readingsOfApplication: async (applicationId, maxReadings) =>
      ofApplication({ applicationId, maxReadings }).map(withDate<ReadingRow>),
    latestReadings: async (patronId, before, maxRows) =>
      latest({ patronId, before, maxRows }).map(withDate<ReadingRow>),
  };
}

function changesIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<AuditTables, 'addChanges' | 'changesOfPatron' | 'lastChangeOf' | 'latestChanges'> {
  const add = database.run(`insert into changes (at, operation_id, subject, client_id, role, patron_id, field)
    select :at, :operationId, :subject, :clientId, :role, :patronId, :field
    where not exists (select 1 from changes where operation_id = :operationId and field = :field)`);
  const ofPatron = database.all<Stored<ChangeRow>>(
    'select * from changes where patron_id = :patronId order by number limit :maxChanges',
  );
  const lastOf = database.all<Stored<ChangeRow>>(`select * from changes
    where patron_id = :patronId and field in (select value from json_each(:fields)) order by number desc limit 1`);
  const latest = database.all<Stored<ChangeRow>>(latestIn('changes'));
  return {
    async addChanges(changes) {
      const at = now();
      await database.durably(() => {
        for (const { operationId, subject, clientId, role, patronId, field } of changes) {
          add({ at, operationId, subject, clientId, role, patronId, field });
        }
      });
    },
    changesOfPatron: async (patronId, maxChanges) =>
      ofPatron({ patronId, maxChanges }).map(withDate<ChangeRow>),
    lastChangeOf: async (patronId, fields) =>
      lastOf({ patronId, fields: JSON.stringify(fields) }).map(withDate<ChangeRow>)[0],
    latestChanges: async (patronId, before, maxRows) =>
      latest({ patronId, before, maxRows }).map(withDate<ChangeRow>),
  };
}

const latestIn = (table: 'readings' | 'changes'): string => `select * from ${table}
  where patron_id = :patronId and (:before is null or number < :before) order by number desc limit :maxRows`;
