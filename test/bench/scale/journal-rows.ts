/**
 * Fills a journal in PostgreSQL with rows like those after a month. SQL makes the rows, so none of them can be
 * decrypted.
 */
import { z } from 'zod';

/** The rows of each table, per thousand rows of the journal. Most rows come from check-outs. */
const rowsPerThousand = {
  patron_epochs: 70,
  operations: 250,
  past_operations: 200,
  effects: 270,
  loans_out: 30,
  changes: 15,
  readings: 15,
  attempts: 10,
  notices: 30,
  notices_made: 80,
  received_applications: 30,
} as const;
type Table = keyof typeof rowsPerThousand;

/** One operation in this number is unsettled, as during an outage. */
const oneUnsettledIn = 2_000;
/**
 * Out of this number of notices, two are waiting, and the others were given up. Out of this number of received
 * applications, two are waiting, and the others are closed.
 */
const waitingTwoIn = 200;
/** The number of findings. It is small, because people read them all. */
const findings = 1_000;
/** Settled rows are kept for this number of days. */
const keptDays = 30;

/** The number of rows in each table, for a journal of `rows` rows. */
const rowsOf = (rows: number): Readonly<Record<Table, number>> =>
  Object.fromEntries(
    Object.entries(rowsPerThousand).map(([table, share]) => [table, Math.floor((rows * share) / 1000)]),
  ) as Record<Table, number>;

/** SQL that makes an id of 22 characters from a number, and a digest of 43. The journal has these lengths. */
const idOf = (number: string) => `substr(md5((${number})::text), 1, 22)`;
const digestOf = (number: string) => `md5((${number})::text) || substr(md5((${number} + 7)::text), 1, 11)`;

type Query = (text: string) => Promise<readonly Record<string, unknown>[]>;

/**
 * Fills an empty journal. The indexes are dropped first and created again at the end, because this is many times
 * faster.
 */
export async function fillJournal(rows: number, query: Query): Promise<void> {
  const indexes = z.array(z.object({ name: z.string(), definition: z.string() })).parse(
    await query(`select indexname as name, indexdef as definition from pg_indexes
        where schemaname = 'patron_graph' and indexdef not like 'CREATE UNIQUE%'`),
  );
  for (const { name } of indexes) {
    await query(`drop index patron_graph.${name}`);
  }
  // References need not be checked, because the rows are consistent and nobody else writes.
  await query("set session_replication_role = 'replica'");
  for (const statement of insertsFor(rows)) {
    await query(statement);
  }
  await query("set session_replication_role = 'origin'");
  for (const { definition } of indexes) {
    await query(definition);
  }
  await query('vacuum analyze');
}

/** The statements that fill an empty journal, in order. */
function insertsFor(rows: number): readonly string[] {
  const count = rowsOf(rows);
  const operation = (number: string) => ({
    id: idOf(number),
    isUnsettled: `${number} % ${oneUnsettledIn} = 0`,
    patron: digestOf(`${number} % ${count.patron_epochs}`),
    requestedAt: `now() - (${number}::float8 / ${count.operations}) * interval '${keptDays} days'`,
  });
  const { id, isUnsettled, patron, requestedAt } = operation('n');
  // Of 200 consecutive numbers, one even and one odd number are waiting.
  const isWaiting = `n % ${waitingTwoIn} < 2`;
  return [
    `insert into patron_graph.patron_epochs (patron_id, epoch)
      select ${digestOf('n')}, n % 50 from generate_series(0, ${count.patron_epochs - 1}) as n`,
    `insert into patron_graph.operations
      (id, caller, reference, kind, fingerprint, state, requested_at, settled_at, send_by, look_at, details, result, patron_id,
        place_kind, library_card_number, subject, epoch, certain_at, certain_after_ms, sealed, about_patron, is_part)
      select ${id}, ${digestOf('n % 50')}, ${digestOf('n')},
        case when n % 2 = 0 then 'CHECK_OUT' when n % 3 = 0 then 'RENEW_LOAN' else 'CHECK_IN' end, ${digestOf('n')},
        case when ${isUnsettled} then 'UNSETTLED' when n % 50 = 1 then 'REFUSED' else 'DONE' end,
        ${requestedAt}, case when ${isUnsettled} then null else ${requestedAt} + interval '1 second' end,
        ${requestedAt} + interval '2 seconds',
        case when ${isUnsettled} or n < ${count.operations} / 120 then now() + (n % 600) * interval '1 second' end,
        ('"' || repeat('x', 160) || '"')::json, ('"' || repeat('y', 200) || '"')::json,
        case when n % 2 = 0 then ${patron} end, case when n % 2 = 0 then 'LOAN' end,
        case when n % 2 = 0 then '(encrypted)' end, case when n % 2 = 0 then '(encrypted)' end,
        case when n % 2 = 0 and not ${isUnsettled} and n % 50 <> 1 then n % 50 end,
        ${requestedAt} + interval '42 seconds', 42000, repeat('z', 200), ${patron}, n % 5 = 0
      from generate_series(0, ${count.operations - 1}) as n`,
    `insert into patron_graph.past_operations (id, kind, state, requested_at, settled_at)
      select ${idOf('-1 - n')}, 'CHECK_OUT', 'DONE', at, at from (
        select n, now() - interval '${keptDays} days' - (n::float8 / ${count.past_operations}) * interval '70 days' as at
        from generate_series(0, ${count.past_operations - 1}) as n) as past`,
    `insert into patron_graph.effects (sequence, operation_id, event, at)
      select n::text, ${id}, 'CHECKED_OUT', ${requestedAt} from generate_series(0, ${count.effects - 1}) as n`,
    `insert into patron_graph.loans_out (loan, patron_id)
      select ${digestOf('n')}, ${digestOf(`n % ${count.patron_epochs}`)} from generate_series(0, ${count.loans_out - 1}) as n`,
    `insert into patron_graph.changes (at, operation_id, subject, client_id, role, patron_id, field)
      select now(), ${id}, 'staff-' || n % 500, 'desk', 'STAFF', 'P' || n % 100000, 'TELEPHONE'
      from generate_series(0, ${count.changes - 1}) as n`,
    `insert into patron_graph.readings (at, reader, client_id, what, patron_id, application_id)
      select now(), 'staff-' || n % 500, 'desk', 'IDENTITY_NUMBER', 'P' || n % 100000, 'A' || n % 100000
      from generate_series(0, ${count.readings - 1}) as n`,
    `insert into patron_graph.claims (key, operation_id)
      select ${digestOf('n')}, ${id} from generate_series(0, ${count.operations - 1}, ${oneUnsettledIn}) as n`,
    `insert into patron_graph.attempts (id, key, about, at, ends_at)
      select ${id}, ${digestOf('n % 20000')}, ${digestOf('n % 5000')}, now(), now() + (n % 900) * interval '1 second'
      from generate_series(0, ${count.attempts - 1}) as n`,
    `insert into patron_graph.notices (id, endpoint, kind, patron_encrypted, made_at, started_at, attempts, due_at, given_up_at)
      select ${id}, 'endpoint-' || n % 5, 'OVERDUE', '(encrypted)', at, at, 9,
        case when ${isWaiting} then now() end, case when ${isWaiting} then null else at + interval '1 day' end
      from (select n, now() - (n::float8 / ${count.notices}) * interval '${keptDays} days' as at
        from generate_series(0, ${count.notices - 1}) as n) as made`,
    `insert into patron_graph.notices_made (key, made_at)
      select ${digestOf('n')}, now() - (n::float8 / ${count.notices_made}) * interval '${keptDays} days'
      from generate_series(0, ${count.notices_made - 1}) as n`,
    `insert into patron_graph.received_applications
      (operation_id, document, document_encrypted, state, application_id, application_encrypted, received_at)
      select ${id}, ${digestOf('n % 20000')}, '(encrypted)',
        case when not ${isWaiting} then 'CLOSED' when n % 2 = 0 then 'SENT' else 'WAITING' end,
        case when ${isWaiting} then null else 'A' || n end, case when ${isWaiting} then '(encrypted)' end,
        now() - (n::float8 / ${count.received_applications}) * interval '${keptDays} days'
      from generate_series(0, ${count.received_applications - 1}) as n`,
    `insert into patron_graph.findings (operation_id, discrepancy, sequence, at, found_at)
      select ${id}, 'NOT_DONE', n::text, now(), now() from generate_series(0, ${findings - 1}) as n`,
  ];
}
