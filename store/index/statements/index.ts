import { applicationStatements } from './applications.ts';
import { buildStatements } from './build.ts';

/**
 * All the SQL of the index, except its tables. Both databases have the same statements.
 *
 * A page begins after the last row of the previous page (`(due_on, id) > ($3, $4)`). The page is read in the order of a
 * database index, so that all pages cost the same. The parameter of a bound that a query leaves out gets a value that
 * includes every row.
 */

const loan = 'id, item_number, title_number, title, branch, due_on, card_sealed';
const hold = 'id, title_number, title, pickup_branch, state, placed_at, ready_until, card_sealed';

/** The differences in SQL between the databases. */
export interface IndexDialect {
  /** A condition: the list (a parameter) contains the value of the text column. */
  among(column: string, list: string): string;
  /** A table `given` with the texts of the list in its column `value`. */
  valuesOf(list: string): string;
  /** A table `given` with the rows of a JSON array, and their columns. */
  rowsOf(json: string, columns: Readonly<Record<string, 'text' | 'bigint'>>): string;
}

/**
 * Makes the statements. A statement that writes many rows takes them as one JSON text. With one statement for each row,
 * a batch of a hundred cards would need a thousand statements.
 * @param schema the prefix of a table's name
 */
export function createStatements(schema: '' | `${string}.`, { among, valuesOf, rowsOf }: IndexDialect) {
  const loans = `${schema}loans`;
  const holds = `${schema}holds`;
  const toRead = `${schema}to_read`;
  const build = `${schema}build`;
  const cards = `${schema}cards`;
  const openLoans = `${schema}open_loans`;
  const applications = `${schema}applications`;
  const documents = `${schema}application_documents`;

  const dueSoonest = (where: string) => `select ${loan} from ${loans}
    where ${where}due_on >= $1 and due_on < $2 and (due_on, id) > ($3, $4) order by due_on, id limit $5`;
  const dueLatest = (where: string) => `select ${loan} from ${loans}
    where ${where}due_on >= $1 and due_on < $2 and (due_on, id) < ($3, $4) order by due_on desc, id desc limit $5`;
  const ready = (where: string) => `select ${hold} from ${holds}
    where state = 'READY' and ${where}ready_until < $1 and (ready_until, id) > ($2, $3) order by ready_until, id limit $4`;
  const readyLast = (where: string) => `select ${hold} from ${holds}
    where state = 'READY' and ${where}ready_until < $1 and (ready_until, id) < ($2, $3)
    order by ready_until desc, id desc limit $4`;
  const toFetch = (where: string) => `select ${hold} from ${holds}
    where to_fetch = 1 and ${where}(placed_at, id) > ($1, $2) order by placed_at, id limit $3`;
  const toFetchLast = (where: string) => `select ${hold} from ${holds}
    where to_fetch = 1 and ${where}(placed_at, id) < ($1, $2) order by placed_at desc, id desc limit $3`;

  return {
    loansSoonest: dueSoonest(''),
    loansSoonestOfBranch: dueSoonest('branch = $6 and '),
    loansLatest: dueLatest(''),
    loansLatestOfBranch: dueLatest('branch = $6 and '),
    countLoans: `select coalesce(sum(amount), 0) as count from ${schema}counts
      where kind = 'LOAN' and day >= $1 and day < $2 and (cast($3 as text) is null or branch = $3)`,
    loan: `select ${loan} from ${loans} where id = $1`,
    loanOfItem: `select ${loan} from ${loans} where item_number = $1`,
    loansOfCards: `select id, card from ${loans} where ${among('card', '$1')}`,
    putLoans: `insert into ${loans} (id, item_number, title_number, title, branch, due_on, card, card_sealed)
      select id, item, number, title, branch, due, card, sealed
      from ${rowsOf('$1', { id: 'text', item: 'text', number: 'text', title: 'text', branch: 'text', due: 'text', card: 'text', sealed: 'text' })}
      where true
      on conflict (id) do update set branch = excluded.branch, due_on = excluded.due_on, title = excluded.title`,
    removeLoans: `delete from ${loans} where ${among('id', '$1')}`,

    holdsReady: ready(''),
    holdsReadyAtBranch: ready('pickup_branch = $5 and '),
    holdsReadyLast: readyLast(''),
    holdsReadyLastAtBranch: readyLast('pickup_branch = $5 and '),
    holdsToFetch: toFetch(''),
    holdsToFetchAtBranch: toFetch('pickup_branch = $4 and '),
    holdsToFetchLast: toFetchLast(''),
    holdsToFetchLastAtBranch: toFetchLast('pickup_branch = $4 and '),
    countReadyAtBranch: `select count(*) as count from ${holds}
      where state = 'READY' and pickup_branch = $2 and ready_until < $1`,
    countToFetchAtBranch: `select count(*) as count from ${holds} where to_fetch = 1 and pickup_branch = $1`,
    hold: `select ${hold} from ${holds} where id = $1`,
    holdsOfTitle: `select ${hold} from ${holds} where title_number = $1 order by placed_at, id limit $2`,
    queueOfTitle: `select ${hold} from ${holds} where title_number = $1 and state = 'QUEUED' order by placed_at, id limit $2`,
    queueLength: `select count(*) as length from ${holds} where title_number = $1 and state = 'QUEUED'`,
    holdsOfCards: `select id, card, title_number, state from ${holds} where ${among('card', '$1')}`,
    putHolds: `insert into ${holds} (id, title_number, title, pickup_branch, state, placed_at, ready_until, card, card_sealed)
      select id, number, title, branch, state, placed, until, card, sealed
      from ${rowsOf('$1', { id: 'text', number: 'text', title: 'text', branch: 'text', state: 'text', placed: 'text', until: 'text', card: 'text', sealed: 'text' })}
      where true
      on conflict (id) do update set pickup_branch = excluded.pickup_branch, state = excluded.state, title = excluded.title,
        ready_until = excluded.ready_until,
        to_fetch = case when excluded.state = 'QUEUED' then ${holds}.to_fetch else 0 end`,
    removeHolds: `delete from ${holds} where ${among('id', '$1')}`,
    saveCopies: `update ${holds} set to_fetch = 1 - to_fetch
      where title_number = $1 and to_fetch <> case when id in (
        select id from ${holds} where title_number = $1 and state = 'QUEUED' order by placed_at, id limit $2
      ) then 1 else 0 end`,

    branchCounts: `select branch,
        sum(case when kind = 'LOAN' then amount else 0 end) as loans_out,
        sum(case when kind = 'LOAN' and day < $1 then amount else 0 end) as overdue,
        sum(case when kind = 'READY' then amount else 0 end) as holds_ready,
        sum(case when kind = 'QUEUED' then amount else 0 end) as holds_queued
      from ${schema}counts group by branch having sum(amount) > 0 order by branch`,
    removeCounts: `delete from ${schema}counts where amount = 0`,
    lendingDays: `select day, lent, returned from ${schema}lending_days where day >= $1 order by day`,
    countLending: `insert into ${schema}lending_days as days (day, lent, returned) values ($1, $2, $3)
      on conflict (day) do update set lent = days.lent + excluded.lent, returned = days.returned + excluded.returned`,
    removeLendingDays: `delete from ${schema}lending_days where day < $1`,

    draw: `insert into ${schema}numbers as numbers (only_row, last)
      values (1, coalesce((select last_number from ${build}), 0) + 1000000)
      on conflict (only_row) do update set last = numbers.last + 1 returning last as number`,

    cardReadings: `select card, loans_number, holds_number from ${schema}card_readings where ${among('card', '$1')}`,
    putCardReadings: `insert into ${schema}card_readings (card, loans_number, holds_number, has_rows)
      select card, loans, holds, rows
      from ${rowsOf('$1', { card: 'text', loans: 'bigint', holds: 'bigint', rows: 'bigint' })}
      where true
      on conflict (card) do update set loans_number = excluded.loans_number, holds_number = excluded.holds_number,
        has_rows = excluded.has_rows`,
    removeCardReadings: `delete from ${schema}card_readings where card in (
      select card from ${schema}card_readings
      where has_rows = 0 and loans_number < $1 and holds_number < $1 order by loans_number limit $2
    )`,
    listCards: `insert into ${cards} (card, card_sealed)
      select card, sealed from ${rowsOf('$1', { card: 'text', sealed: 'text' })} where true
      on conflict (card) do nothing`,
    unlistCards: `delete from ${cards} where ${among('card', '$1')}
      and not exists (select 1 from ${toRead} where kind = 'CARD' and key = ${cards}.card)`,

    putOpenLoans: `insert into ${openLoans} (id, card, card_sealed)
      select id, card, sealed from ${rowsOf('$1', { id: 'text', card: 'text', sealed: 'text' })} where true
      on conflict (id) do nothing`,
    endOpenLoans: `delete from ${openLoans} where ${among('id', '$1')}`,
    listOpenLoans: `insert into ${cards} (card, card_sealed)
      select card, min(card_sealed) from (select card, card_sealed from ${openLoans} order by id limit $1) as batch
      where true group by card
      on conflict (card) do nothing`,
    removeOpenLoans: `delete from ${openLoans} where id in (select id from ${openLoans} order by id limit $1)`,
    hasOpenLoans: `select 1 as is_left from ${openLoans} limit 1`,

    // No failed record is postponed by more than 43 minutes. If a record is due even later, the clock was put back
    // since. Such a record is due now.
    toRead: `select key, key_sealed from ${toRead}
      where kind = $1 and (due_at <= $2 or due_at > cast($2 as bigint) + 2560000) order by queued, key limit $3`,
    // A record that is marked again keeps its position in the order of marks. Otherwise a record that is marked often
    // would never be read.
    markToRead: `insert into ${toRead} (kind, key, key_sealed, queued, since, marked_at)
      select kind, key, sealed, cast($2 as bigint), cast($2 as bigint), cast($3 as bigint)
      from ${rowsOf('$1', { kind: 'text', key: 'text', sealed: 'text' })} where true
      on conflict (kind, key) do update set failures = 0, due_at = 0,
        since = case when ${toRead}.since < excluded.since then excluded.since else ${toRead}.since end`,
    // The delay is 10 s after the first failure. Each further failure doubles the delay, up to 43 minutes.
    setAside: `insert into ${toRead} (kind, key, key_sealed, queued, since, marked_at, failures, due_at)
      values ($1, $2, $3, $4, $4, $5, 1, cast($5 as bigint) + 10000)
      on conflict (kind, key) do update set failures = ${toRead}.failures + 1,
        due_at = cast($5 as bigint) + 10000 * (1 << case when ${toRead}.failures < 8 then ${toRead}.failures else 8 end)
      where ${toRead}.since < $4`,
    wasRead: `delete from ${toRead} where kind = $1 and ${among('key', '$2')} and since < $3`,
    // These records were marked before the reading, and again during it. The reading has done what the first mark asked
    // for. The second mark remains. Its time becomes the beginning of the reading ($4), because the index may lack
    // changes since then, but no earlier ones.
    wasReadBefore: `update ${toRead} set queued = since, marked_at = $4
      where kind = $1 and ${among('key', '$2')} and since > $3 and queued < $3`,
    markLapsed: `insert into ${toRead} (kind, key, key_sealed, queued, since, marked_at)
      select 'CARD', card, min(card_sealed), $1, $1, $2 from ${holds}
      where state = 'READY' and ready_until < $3 group by card
      on conflict (kind, key) do nothing`,
    nextListed: `select max(card) as card from (select card from ${cards} where card > $1 order by card limit $2) as batch`,
    markListed: `insert into ${toRead} (kind, key, key_sealed, queued, since, marked_at)
      select 'CARD', card, card_sealed, $1, $1, $2 from ${cards} as listed
      where card > $3 and card <= $4 and not exists (
        select 1 from ${schema}card_readings as readings
        where readings.card = listed.card and readings.loans_number >= $5 and readings.holds_number >= $5
      )
      on conflict (kind, key) do nothing`,

    seeEvents: `insert into ${schema}recent_events (sequence)
      select cast(value as bigint) from ${valuesOf('$1')} where true
      on conflict (sequence) do nothing returning cast(sequence as text) as sequence`,
    forgetEvents: `delete from ${schema}recent_events where sequence < $1`,

    ...applicationStatements(schema, among),
    ...buildStatements(schema),

    removeAllLoans: `delete from ${loans}`,
    removeAllHolds: `delete from ${holds}`,
    removeAllCounts: `delete from ${schema}counts`,
    removeAllLendingDays: `delete from ${schema}lending_days`,
    removeAllCardReadings: `delete from ${schema}card_readings`,
    removeAllToRead: `delete from ${toRead}`,
    removeAllCards: `delete from ${cards}`,
    removeAllOpenLoans: `delete from ${openLoans}`,
    removeAllFilled: `delete from ${schema}filled`,
    removeAllRecentEvents: `delete from ${schema}recent_events`,
    removeAllDocuments: `delete from ${documents}`,
    removeAllApplications: `delete from ${applications}`,
    removeAllLossReports: `delete from ${schema}loss_reports`,
    removeBuild: `delete from ${build}`,
  } as const;
}

export type StatementName = keyof ReturnType<typeof createStatements>;

/** The statements that empty the unlogged tables, which a crash of the server also empties. */
export const removalsOfRows = [
  'removeAllLoans',
  'removeAllHolds',
  'removeAllCounts',
  'removeAllCardReadings',
  'removeAllToRead',
  'removeAllOpenLoans',
  'removeAllDocuments',
  'removeAllApplications',
  'removeAllLossReports',
  'removeAllFilled',
] as const satisfies readonly StatementName[];

/** The statements that remove the rows of all tables. They must run in this order. */
export const removals = [
  ...removalsOfRows,
  'removeAllLendingDays',
  'removeAllCards',
  'removeAllRecentEvents',
  'removeBuild',
] as const satisfies readonly StatementName[];
