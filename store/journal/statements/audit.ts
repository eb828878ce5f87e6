import type { Syntax } from './dialect.ts';

/** The period for which the patrons of each member of staff are counted, in ms. */
const hourMs = '3600000';

export function auditStatements(syntax: Syntax) {
  const { schema, now, ago, among, rowsOf, isDurable } = syntax;
  const readings = `${schema}readings`;
  const changes = `${schema}changes`;
  /**
   * Selects the encrypted key of an entry's patron. Null if the entry is not encrypted, or if the patron was erased.
   */
  const key = (table: string) =>
    `(select key_encrypted from ${schema}patron_keys where alias = ${table}.patron_id) as key_encrypted`;
  const reading = `number, at, reader, client_id, what, role, reason, patron_id, application_id, sealed, ${key('readings')}`;
  const change = `number, at, operation_id, subject, client_id, role, patron_id, field, sealed, ${key('changes')}`;
  const sealedColumns = { clientId: 'text', patronId: 'text', sealed: 'text' } as const;
  const readingColumns = { ...sealedColumns, reader: 'text', applicationId: 'text' } as const;
  const changeColumns = { ...sealedColumns, operationId: 'text', subject: 'text' } as const;
  const givenReadings = rowsOf('$1', {
    ...readingColumns,
    what: 'text',
    role: 'text',
    reason: 'text',
    colleague: 'text',
  });
  const givenChanges = rowsOf('$1', { ...changeColumns, role: 'text', field: 'text' });
  const ofPatron = among('patron_id', '$1');
  return {
    addReadings: `insert into ${readings}
        (at, reader, client_id, what, role, reason, colleague, patron_id, application_id, sealed)
      select ${now}, reader, "clientId", what, role, reason, colleague, "patronId", "applicationId", sealed
      from ${givenReadings} where ${isDurable} order by position`,
    readingsOfPatron: `select ${reading} from ${readings} as readings where ${ofPatron} order by number limit $2`,
    readingsOfApplication: `select ${reading} from ${readings} as readings
      where ${among('application_id', '$1')} order by number limit $2`,
    latestReadings: `select ${reading} from ${readings} as readings
      where ${ofPatron} and number < $2 order by number desc limit $3`,
    readingsAfter: `select ${reading} from ${readings} as readings where number > $1 order by number limit $2`,
    // For each member of staff, returns their latest reading with the number of patrons. The reading contains the
    // encrypted name of the member of staff.
    busiestColleagues: `select ${reading}, patrons from (
        select max(number) as latest, count(distinct patron_id) as patrons from ${readings}
        where colleague is not null and at > ${ago(hourMs)} group by colleague order by patrons desc limit $1
      ) as busiest join ${readings} as readings on readings.number = busiest.latest order by patrons desc`,
    // A known change is left out. SQLite needs `not exists`: its trigger refuses known changes before `on conflict`
    // applies. PostgreSQL needs `on conflict`: another process may record the same change at the same moment.
    addChanges: `insert into ${changes} (at, operation_id, subject, client_id, role, patron_id, field, sealed)
      select ${now}, "operationId", subject, "clientId", role, "patronId", field, sealed from ${givenChanges}
      where ${isDurable} and not exists (
        select 1 from ${changes} as known where known.operation_id = given."operationId" and known.field = given.field
      )
      order by position on conflict (operation_id, field) do nothing`,
    changesOfPatron: `select ${change} from ${changes} as changes where ${ofPatron} order by number limit $2`,
    lastChangesOf: `select ${change} from ${changes} as changes
      where ${ofPatron} and ${among('field', '$2')} order by number desc limit $3`,
    recentChanges: `select ${change} from ${changes} as changes
      where ${among('field', '$1')} and at >= ${ago('$2')}
        and (sealed is null or exists (select 1 from ${schema}patron_keys where alias = changes.patron_id))
      order by at desc, number desc limit $3`,
    latestChanges: `select ${change} from ${changes} as changes
      where ${ofPatron} and number < $2 order by number desc limit $3`,
    // The unencrypted entries that an older program wrote.
    clearReadingsOf: `select ${reading} from ${readings} as readings where patron_id = $1 order by number limit $2`,
    clearChangesOf: `select ${change} from ${changes} as changes where patron_id = $1 order by number limit $2`,
    sealReadings: `update ${readings} set reader = given.reader, client_id = null, patron_id = given."patronId",
        application_id = given."applicationId", sealed = given.sealed
      from ${rowsOf('$1', { ...readingColumns, number: 'number' })} where readings.number = cast(given.number as bigint)`,
    sealChanges: `update ${changes} set operation_id = given."operationId", subject = given.subject, client_id = null,
        patron_id = given."patronId", sealed = given.sealed
      from ${rowsOf('$1', { ...changeColumns, number: 'number' })} where changes.number = cast(given.number as bigint)`,
    changesAfter: `select ${change} from ${changes} as changes where number > $1 order by number limit $2`,
    patronsChangedLatest: `select ${change} from ${changes} as changes order by number desc limit $1`,
  } as const;
}
