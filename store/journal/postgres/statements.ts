import type { PostgresDatabase } from '../../postgres/database.ts';
import { encryptedPlaceholder } from '../encryption/encrypted-rows.ts';
import type { OperationRow } from '../rows.ts';
import { applicationColumns } from '../statements/applications.ts';
import { createStatements, type OwnStatements } from '../statements/index.ts';
import { postgresDialect } from './dialect.ts';
import { ago, inMs, isDurable, now } from './sql.ts';

/**
 * All the SQL of the journal over PostgreSQL, except its tables. Each connection prepares each statement once, under its key.
 *
 * The column `look_at` is the time at which an operation is next due to be reconciled.
 */

const operations = 'patron_graph.operations';
const held = `select id, state, patron_id, sealed from ${operations}
  where place_kind = $1 and state <> 'REFUSED'`;
const due = (which: string, maxRows: string) => `
  select id, look_at as waiting_since from ${operations}
  where ${which} and look_at <= (select now from clock) and ($3::text[] is null or kind = any($3))
    and id <> all($4::text[])
  order by look_at limit ${maxRows} for update skip locked`;
/**
 * Columns are named, never `*`: a statement that is prepared would fail once a migration has added a column ("cached plan must not
 * change result type").
 */
const columnNames = [
  'id',
  'kind',
  'fingerprint',
  'state',
  'is_concluded',
  'requested_at',
  'settled_at',
  'send_by',
  'certain_at',
  'certain_after_ms',
  'details',
  'result',
  'place_kind',
  'sealed',
  'about_patron',
  'about_patron_encrypted',
] as const satisfies readonly (keyof OperationRow)[];
const columns = columnNames.join(', ');
const columnsOf = (table: string) => columnNames.map((column) => `${table}.${column}`).join(', ');
/** If $9 (`arriveWithinMs`) is null, so are the sum and `certain_at`. */
const insert = (condition: string) => `insert into ${operations}
  (id, caller, reference, kind, fingerprint, state, details, requested_at, send_by, look_at, certain_at, certain_after_ms,
    sealed, about_patron, about_patron_encrypted, is_part)
  select $1, $2, $3, $4, $5, 'UNSETTLED', $6, clock.now,
    clock.now + $7::double precision * interval '1 millisecond',
    clock.now + $8::double precision * interval '1 millisecond',
    clock.now + certain.after_ms * interval '1 millisecond', certain.after_ms, $10, $11, $12, $13
  from ${now.slice(0, -1)} as now) as clock,
    (select $7::integer + $9::integer + patron_graph.drop_after_ms() as after_ms) as certain
  where ${condition}
  on conflict (caller, reference) do nothing returning ${columns}`;
/** A row that has a patron keeps that one. */
const about = (key: string, encrypted: string) => `about_patron = coalesce(about_patron, ${key}),
  about_patron_encrypted = case when about_patron is null then ${encrypted} else about_patron_encrypted end`;
/** Operations that staff find: whole ones, the latest first. */
const found = (which: string, maxRows: string) => `select ${columns} from ${operations}
  where ${which} and not is_part order by requested_at desc, id desc limit ${maxRows}`;
/** The statement fails if the database may have lost operations. */
const isCompared = '(select patron_graph.require_books_compared_since_start())';
const ownStatements: OwnStatements = {
  // A database that runs on another server than before, or on another timeline, may have lost operations. So may one whose server
  // was started: a backup that was copied back in place is the same server.
  followFeed: `with server as materialized (select patron_graph.server_identity() as identity)
    update patron_graph.books set follower = $1, leased_until = ${inMs('$2')},
      is_restored = is_restored or server <> identity, server = identity
    from server where follower is null or follower = $1 or leased_until <= ${now}
    returning since, last_sequence, last_at, settled_sequence, oldest_at, counted_sequence, is_restored,
      started_at <> pg_postmaster_start_time() as is_started`,
  confirmCompared:
    'update patron_graph.books set started_at = pg_postmaster_start_time() where follower = $1',
  applicationsOfDocuments: `select received.* from unnest($1::text[]) as key cross join lateral (
      select ${applicationColumns} from patron_graph.received_applications where document = key and state <> 'CLOSED'
      order by received_at, operation_id limit 100
    ) as received order by "receivedAt", "operationId"`,
};

export const statements = {
  ...createStatements(postgresDialect, ownStatements),
  insert: insert(isDurable),
  // Does not wait for its commit to reach the disk. The setting holds for this transaction, which is this statement.
  insertEventually: insert("set_config('synchronous_commit', 'off', true) = 'off'"),
  byReference: `select ${columns} from ${operations} where caller = $1 and reference = $2`,
  placesNow: `select (select epoch from patron_graph.patron_epochs where patron_id = $1) as epoch,
    array(
      select id from ${operations} where patron_id = $1 and place_kind = $2 and state = 'UNSETTLED'
    ) as holders`,
  // Locks the operation first and the patron second, as `lockToSettle` does: whoever has a patron's row waits for no other.
  lockToReserve: `with operation as materialized (select * from ${operations} where id = $1 for update),
    patron as (
      insert into patron_graph.patron_epochs as patrons (patron_id, epoch)
      select $2, 0 from operation where state = 'UNSETTLED'
      on conflict (patron_id) do update set epoch = patrons.epoch
    )
    select ${columns} from operation`,
  placesSince: `${held} and patron_id = $2 and (state = 'UNSETTLED' or epoch > $3)`,
  recentPlaces: `${held} and patron_id = any($2) and (state = 'UNSETTLED' or settled_at >= ${ago('$3')})`,
  reserve: `update ${operations}
    set patron_id = $2, place_kind = $3, library_card_number = '${encryptedPlaceholder}', subject = '${encryptedPlaceholder}',
      sealed = $4, ${about('$2', '$8')}, send_by = ${inMs('$5')}, look_at = ${inMs('$6')},
      certain_at = ${now} + certain.after_ms * interval '1 millisecond', certain_after_ms = certain.after_ms
    from (select $5::integer + $7::integer + patron_graph.drop_after_ms() as after_ms) as certain
    where id = $1 and ${isDurable} and ${isCompared} returning ${columns}`,
  // Waits for a reservation that is being decided: it has locked the patron.
  lockToSettle: `with operation as materialized (select * from ${operations} where id = $1 for update),
    patron as materialized (
      select patron_id from patron_graph.patron_epochs
      where patron_id = (select patron_id from operation) for no key update
    )
    select ${columnsOf('operation')} from operation left join patron using (patron_id)`,
  // Gives no row if the outcome is not taken: the operation has its final outcome, or another `send_by`. Raises the patron's
  // epoch if a place is done. An operation that stays REFUSED keeps the time at which it was first settled.
  settle: `with open as materialized (
      select id, patron_id from ${operations}
      where id = $1 and (state = 'UNSETTLED' or is_concluded) and ($7 or send_by is not distinct from $8)
    ),
    patron as (
      update patron_graph.patron_epochs set epoch = epoch + 1
      where $2 = 'DONE' and patron_id = (select patron_id from open) returning epoch
    )
    update ${operations}
    set state = $2, result = $3, is_concluded = $4, look_at = ${inMs('$5')}, epoch = (select epoch from patron),
      settled_at = case state when $2 then settled_at else ${now} end, details = coalesce($6, details),
      ${about('$9', '$10')}
    from open where operations.id = open.id returning ${columnsOf('operations')}`,
  saveDetails: `update ${operations} set details = case state when 'UNSETTLED' then $2 else details end where id = $1 returning id`,
  byCode: found('code = $1', '$2'),
  ofReference: found('reference = $1', '$2'),
  ofPatron: found(
    `about_patron = $1 and (requested_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))`,
    '$4',
  ),
  byId: `select ${columns} from ${operations} where id = $1`,
  allowSending: `with allowed as (
      update ${operations} set details = $2, send_by = ${inMs('$3')}, look_at = ${inMs('$3')},
        certain_at = ${now} + certain.after_ms * interval '1 millisecond', certain_after_ms = certain.after_ms,
        ${about('$5', '$6')}
      from (select $3::integer + $4::integer + patron_graph.drop_after_ms() as after_ms) as certain
      where id = $1 and state = 'UNSETTLED' and send_by is null and ${isDurable} returning id
    )
    select allowed.id is not null as "maySend" from ${operations} left join allowed using (id) where id = $1`,
  reconcileAgain: `update ${operations}
    set look_at = case when state = 'UNSETTLED' or look_at is not null then ${inMs('$2')} end where id = $1 returning id`,
  takeDue: `with clock as materialized (select patron_graph.journal_now() as now),
    unsettled as (${due("state = 'UNSETTLED'", '$1')}),
    -- Of a limit that is calculated the planner expects a tenth of the table, and would then read all of it. It knows the inner one.
    again as (
      select * from (${due("state <> 'UNSETTLED'", '$1')}) as others limit $1 - (select count(*) from unsettled)
    ),
    due as (select * from unsettled union all select * from again)
    update ${operations} set look_at = clock.now + $2::double precision * interval '1 millisecond'
    from due, clock where operations.id = due.id returning ${columnsOf('operations')}, due.waiting_since, clock.now`,
  now: 'select patron_graph.journal_now() as now',
  // By the index of what is unsettled, in which `look_at` is never null.
  countOpen: `with clock as materialized (select patron_graph.journal_now() as now),
    open as materialized (
      select requested_at from ${operations} where state = 'UNSETTLED' and look_at is not null limit $2
    )
    select
      array(
        select (select count(*)::integer from open, clock where requested_at <= now - age * interval '1 millisecond')
        from unnest($1::double precision[]) with ordinality as ages (age, position) order by position
      ) as counts,
      (select coalesce(max(extract(epoch from now - requested_at)) * 1000, 0)::double precision from open, clock) as "oldestMs"`,
  // No row: a standby, which can't be written, or a database without this program's tables.
  ping: `select number from patron_graph.migrations
    where number = $1 and current_setting('transaction_read_only') = 'off' and ${isDurable}`,
  agreeOnDropTime: `with before as materialized (select patron_graph.drop_after_ms() as ms),
    agreed as (
      insert into patron_graph.settings as settings (drop_after_ms) values ($1)
      on conflict (only_row) do update set drop_after_ms = greatest(settings.drop_after_ms, excluded.drop_after_ms)
      returning drop_after_ms
    ),
    later as (
      update ${operations} set certain_after_ms = certain_after_ms + agreed.drop_after_ms - before.ms,
        certain_at = certain_at + (agreed.drop_after_ms - before.ms) * interval '1 millisecond'
      from agreed, before
      -- Each of them is to be looked at: so they are found by an index, however many are settled.
      where state = 'UNSETTLED' and look_at is not null and certain_at is not null and agreed.drop_after_ms > before.ms
    )
    select drop_after_ms from agreed`,
  removeOperations: `with removed as (
      delete from ${operations} where id in (
        select id from ${operations} where settled_at <= ${ago('$1')}
        order by settled_at limit $2 for update skip locked
      ) returning id, kind, state, requested_at, settled_at
    )
    insert into patron_graph.past_operations (id, kind, state, requested_at, settled_at)
    select id, kind, state, requested_at, settled_at from removed returning id`,
  removeOutcomes: `delete from patron_graph.past_operations where id in (
      select id from patron_graph.past_operations where settled_at <= ${ago('$1')}
      order by settled_at limit $2 for update skip locked
    ) returning 1 as removed`,
} as const;

/** The journal's tables, asked with its statements. */
export type JournalStatements = PostgresDatabase<keyof typeof statements>;
