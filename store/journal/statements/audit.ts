import type { Syntax } from './dialect.ts';

const reading = 'number, at, reader, client_id, what, patron_id, application_id';
const change = 'number, at, operation_id, subject, client_id, role, patron_id, field';

export function auditStatements({ schema, now, among, rowsOf, isDurable }: Syntax) {
  const readings = `${schema}readings`;
  const changes = `${schema}changes`;
  const givenReadings = rowsOf('$1', {
    reader: 'text',
    clientId: 'text',
    what: 'text',
    patronId: 'text',
    applicationId: 'text',
  });
  const givenChanges = rowsOf('$1', {
    operationId: 'text',
    subject: 'text',
    clientId: 'text',
    role: 'text',
    patronId: 'text',
    field: 'text',
  });
  return {
    addReadings: `insert into ${readings} (at, reader, client_id, what, patron_id, application_id)
      select ${now}, reader, "clientId", what, "patronId", "applicationId" from ${givenReadings}
      where ${isDurable} order by position`,
    readingsOfPatron: `select ${reading} from ${readings} where patron_id = $1 order by number limit $2`,
    readingsOfApplication: `select ${reading} from ${readings} where application_id = $1 order by number limit $2`,
    latestReadings: `select ${reading} from ${readings}
      where patron_id = $1 and number < $2 order by number desc limit $3`,
    // SQLite needs `not exists`, because its trigger refuses a known change before `on conflict` applies. PostgreSQL
    // needs `on conflict`, because another process may record the same change at the same moment.
    addChanges: `insert into ${changes} (at, operation_id, subject, client_id, role, patron_id, field)
      select ${now}, "operationId", subject, "clientId", role, "patronId", field from ${givenChanges}
      where ${isDurable} and not exists (
        select 1 from ${changes} as known where known.operation_id = given."operationId" and known.field = given.field
      )
      order by position on conflict (operation_id, field) do nothing`,
    changesOfPatron: `select ${change} from ${changes} where patron_id = $1 order by number limit $2`,
    lastChangeOf: `select ${change} from ${changes}
      where patron_id = $1 and ${among('field', '$2')} order by number desc limit 1`,
    latestChanges: `select ${change} from ${changes}
      where patron_id = $1 and number < $2 order by number desc limit $3`,
  } as const;
}
