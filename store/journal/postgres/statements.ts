import { applicationColumns } from '../statements/applications.ts';
import { syntaxOf } from '../statements/dialect.ts';
import { createStatements, type OwnStatements } from '../statements/index.ts';
import { postgresDialect } from './dialect.ts';

const { now, inMs, takeLease, mayTakeLease } = syntaxOf(postgresDialect);

const ownStatements: OwnStatements = {
  // The database may have lost operations if it now runs on another server or timeline. It may also have lost
  // operations if the server was restarted, because its files may have been replaced by a backup.
  followFeed: `with server as materialized (select patron_graph.server_identity() as identity)
    update patron_graph.books set ${takeLease('follower', '$1', '$2')},
      is_restored = is_restored or server <> identity, server = identity
    from server where ${mayTakeLease('follower', '$1', '$3')}
    returning since, last_sequence, last_at, settled_sequence, oldest_at, counted_sequence, is_restored,
      started_at <> pg_postmaster_start_time() as is_started,
      exists (
        select from patron_graph.place_openings
        where place_openings.generation = patron_graph.server_generation() and ends_at > ${now}
      ) as is_opened,
      patron_graph.server_generation() as generation`,
  confirmCompared: `update patron_graph.books set started_at = pg_postmaster_start_time()
    where follower = $1 and ${postgresDialect.isGeneration('$2')}`,
  lastSendNumber:
    'select patron_graph.last_send_number() as number, patron_graph.server_generation() as source',
  openPlaces: `insert into patron_graph.place_openings (at, ends_at, generation, operator, reason)
    select ${now}, ${inMs('$3')}, patron_graph.server_generation(), $1, $2 where ${postgresDialect.isDurable} returning ends_at`,
  applicationsOfDocuments: `select received.* from unnest($1::text[]) as key cross join lateral (
      select ${applicationColumns} from patron_graph.received_applications where document = key and state <> 'CLOSED'
      order by received_at, operation_id limit 100
    ) as received order by "receivedAt", "operationId"`,
};

export const statements = createStatements(postgresDialect, ownStatements);
