import { applicationColumns } from '../statements/applications.ts';
import { syntaxOf } from '../statements/dialect.ts';
import { createStatements, type OwnStatements } from '../statements/index.ts';
import { arePlacesOpened, sqliteDialect } from './dialect.ts';

const { now, inMs, takeLease, mayTakeLease } = syntaxOf(sqliteDialect);

/** The statements for SQLite. A file has no server, so there is no check whether the server was replaced or restarted. */
const ownStatements: OwnStatements = {
  followFeed: `update books set ${takeLease('follower', '$1', '$2')},
      since = coalesce(since, (select min(requested_at) from operations), ${now})
    where ${mayTakeLease('follower', '$1', '$3')}
    returning since, last_sequence, last_at, settled_sequence, oldest_at, counted_sequence, is_restored, false as is_started,
      ${arePlacesOpened} as is_opened, '' as generation`,
  confirmCompared: 'select $1, $2',
  lastSendNumber: "select last as number, '' as source from send_numbers",
  openPlaces: `insert into place_openings (at, ends_at, operator, reason)
    values (${now}, ${inMs('$3')}, $1, $2) returning ends_at`,
  // SQLite has no lateral join.
  applicationsOfDocuments: `select ${applicationColumns} from json_each($1) as documents
      join received_applications on operation_id in (
        select operation_id from received_applications where document = documents.value and state <> 'CLOSED'
        order by received_at, operation_id limit 100
      )
    order by received_at, operation_id`,
};

export const statements = createStatements(sqliteDialect, ownStatements);
