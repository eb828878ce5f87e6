import type { SqliteDatabase } from '../../sqlite/database.ts';
import { type Finding, JournalUnavailable } from '../port.ts';
import type { AccountRow, BooksRow } from '../rows.ts';
import type { BookTables, LoanOut } from '../tables.ts';
import { dateOrNull } from './statements.ts';

/** Times are milliseconds since 1970. */
interface StoredBooks
  extends Omit<BooksRow, 'since' | 'last_at' | 'oldest_at' | 'is_restored' | 'is_started'> {
  readonly since: number;
  readonly last_at: number | null;
  readonly oldest_at: number | null;
  readonly is_restored: 0 | 1;
}

interface StoredAccount extends Omit<AccountRow, 'at' | 'certain_at'> {
  readonly at: number;
  readonly certain_at: number | null;
}

/** What is compared with circulation, in SQLite. `now` is in milliseconds since 1970. */
export function booksIn(database: SqliteDatabase, now: () => number): BookTables {
  return {
    ...feedIn(database, now),
    ...accountsIn(database, now),
    ...withoutEventIn(database, now),
    ...loansIn(database),
    ...findingsIn(database, now),
  };
}

type FeedTables = Pick<
  BookTables,
  | 'followFeed'
  | 'leaveFeed'
  | 'saveFeedPage'
  | 'restartFeed'
  | 'closePlaces'
  | 'reopenPlaces'
  | 'confirmCompared'
>;

function feedIn(database: SqliteDatabase, now: () => number): FeedTables {
  const follow =
    database.one<StoredBooks>(`update books set follower = :follower, leased_until = :now + :leaseMs,
      since = coalesce(since, (select min(requested_at) from operations), :now)
    where follower is null or follower = :follower or leased_until <= :now returning *`);
  const leave = database.run(
    'update books set follower = null, leased_until = null where follower = :follower',
  );
  const savePosition = database.run(`update books
    set last_sequence = :sequence, last_at = :at, settled_sequence = :settledSequence, oldest_at = :oldestAt
    where follower = :follower`);
  const addEffect = database.run(`insert into effects (sequence, operation_id, event, at)
    values (:sequence, :operationId, :kind, :at) on conflict do nothing`);
  const forgetEffects = database.run('delete from effects');
  const forgetLoans = database.run('delete from loans_out');
  const uncount = database.run("update books set counted_sequence = '0'");
  const close = database.run('update books set is_restored = 1');
  const reopen = database.run('update books set is_restored = 0 where follower = :follower');
  return {
    async followFeed(follower, leaseMs) {
      const row = database.transact(() => follow({ follower, leaseMs, now: now() }));
      return row === undefined ? undefined : booksRow(row);
    },
    async leaveFeed(follower) {
      database.transact(() => leave({ follower }));
    },
    async saveFeedPage(follower, { last, settledSequence, oldestAt }, effects) {
      return database.transact(() => {
        const { sequence, at } = last ?? { sequence: null, at: null };
        const lastRead = { sequence, at: at?.getTime() ?? null };
        const position = { ...lastRead, settledSequence, oldestAt: oldestAt?.getTime() ?? null };
        if (savePosition({ follower, ...position }) === 0) {
          return false;
        }
        for (const effect of effects) {
          addEffect({ ...effect, at: effect.at.getTime() });
        }
        return true;
      });
    },
    async restartFeed(follower) {
      return database.transact(() => {
        const position = { sequence: null, at: null, settledSequence: '0', oldestAt: null };
        if (savePosition({ follower, ...position }) === 0) {
          return false;
        }
        forgetEffects({});
        forgetLoans({});
        uncount({});
        return true;
      });
    },
    async closePlaces() {
      await database.durably(() => close({}));
    },
    async reopenPlaces(follower) {
      await database.durably(() => reopen({ follower }));
    },
    async confirmCompared() {
      // A file has no server.
    },
  };
}

function accountsIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<BookTables, 'accountsOf' | 'accountsAfter' | 'accountsRefused'> {
  const accounts = (which: string) =>
    database.all<StoredAccount>(`select effects.sequence, effects.operation_id, effects.event, effects.at,
      coalesce(operations.kind, past.kind) as kind, coalesce(operations.state, past.state) as state, operations.certain_at
    from effects left join operations on operations.id = effects.operation_id
      left join past_operations as past on past.id = effects.operation_id
    where effects.operation_id ${which}`);
  const ofIds = accounts('in (select value from json_each(:ids))');
  const after = accounts(`in (
      select distinct operation_id from effects where operation_id > :afterId order by operation_id limit :maxOperations
    )`);
  const refused = accounts(`in (
      select id from operations where settled_at >= :from and state = 'REFUSED'
        and exists (select 1 from effects as own where own.operation_id = operations.id) limit :maxOperations
    )`);
  return {
    accountsOf: async (operationIds) => ofIds({ ids: JSON.stringify(operationIds) }).map(accountRow),
    accountsAfter: async (afterId, maxOperations) => after({ afterId, maxOperations }).map(accountRow),
    accountsRefused: async (withinMs, maxOperations) =>
      refused({ from: now() - withinMs, maxOperations }).map(accountRow),
  };
}

function withoutEventIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<BookTables, 'withoutEvent' | 'withoutEventAfter'> {
  const withoutEvent = (operations: string, which: string, first = '') =>
    database.all<StoredSettledId>(`select id as operationId, kind, settled_at as settledAt
      from ${operations} as operations join (
        select key as kind, value as event from json_each(:kinds)
      ) as expected using (kind)
      where ${which} and state = 'DONE' and requested_at > (select oldest_at + 60000 from books)
        and not exists (
          select 1 from effects as own where own.operation_id = operations.id and own.event = expected.event
        )
        and not exists (
          select 1 from findings as own where own.operation_id = operations.id and own.discrepancy = 'NOT_DONE'
        ) ${first}`);
  const next = 'select * from operations where id > :afterId order by id limit :maxRows';
  const settled = withoutEvent(
    'operations',
    'settled_at > :from and settled_at <= :until',
    'order by settled_at limit :maxRows',
  );
  const after = withoutEvent(`(${next})`, 'true');
  const last = database.one<{ readonly id: string | null }>(`select max(id) as id from (${next})`);
  return {
    withoutEvent: async (kinds, fromMs, untilMs, maxRows) =>
      settled({ kinds: JSON.stringify(kinds), from: now() - fromMs, until: now() - untilMs, maxRows }).map(
        settledId,
      ),
    async withoutEventAfter(kinds, afterId, maxRows) {
      const operations = after({ kinds: JSON.stringify(kinds), afterId, maxRows }).map(settledId);
      return { lastId: last({ afterId, maxRows })?.id ?? null, operations };
    },
  };
}

interface StoredSettledId {
  readonly operationId: string;
  readonly kind: string;
  readonly settledAt: number;
}

const settledId = ({ settledAt, ...operation }: StoredSettledId) => ({
  ...operation,
  settledAt: new Date(settledAt),
});

function loansIn(database: SqliteDatabase): Pick<BookTables, 'loansOut' | 'saveLoans'> {
  const ofLoans = "id in (select value from json_each(:ids)) and place_kind = 'LOAN'";
  const patrons = database.all<{ readonly operationId: string; readonly patronKey: string }>(
    `select id as operationId, patron_id as patronKey from operations where ${ofLoans}`,
  );
  const loans = database.all<LoanOut>(`select loan, patron_id as patronKey from loans_out
    where patron_id in (select patron_id from operations where ${ofLoans})`);
  const saveCounted = database.run('update books set counted_sequence = :until where follower = :follower');
  const end = database.run('delete from loans_out where loan = :loan');
  const begin = database.run(
    'insert into loans_out (loan, patron_id) values (:loan, :patronKey) on conflict do nothing',
  );
  return {
    async loansOut(operationIds) {
      const ids = JSON.stringify(operationIds);
      const patronOf = new Map(
        patrons({ ids }).map(({ operationId, patronKey }) => [operationId, patronKey]),
      );
      return { patronOf, out: loans({ ids }) };
    },
    async saveLoans(follower, until, { begun, ended }) {
      return database.transact(() => {
        if (saveCounted({ follower, until }) === 0) {
          return false;
        }
        for (const loan of ended) {
          end({ loan });
        }
        for (const loan of begun) {
          begin({ ...loan });
        }
        return true;
      });
    },
  };
}

type FindingTables = Pick<
  BookTables,
  'recordFindings' | 'latestFindings' | 'reopenRefusal' | 'removeEffects' | 'removeFindings'
>;

function findingsIn(database: SqliteDatabase, now: () => number): FindingTables {
  const add = database.run(`insert into findings (operation_id, discrepancy, sequence, at, found_at)
    values (:operationId, :discrepancy, :sequence, :at, :now) on conflict do nothing`);
  const latest = database.all<StoredFinding>(`select operation_id as operationId, discrepancy, sequence, at,
      found_at as foundAt from findings order by found_at desc, operation_id, discrepancy limit :maxRows`);
  const reopen = database.run(`update operations set is_concluded = 1, look_at = :now
    where id = :id and state = 'REFUSED' and send_by is not null`);
  const removeEffects = database.run(`delete from effects where sequence in
    (select sequence from effects where at <= :until order by at limit :maxRows)`);
  const removeFindings = database.run(`delete from findings where (operation_id, discrepancy) in
    (select operation_id, discrepancy from findings where found_at <= :until order by found_at limit :maxRows)`);
  return {
    recordFindings: async (findings) =>
      await database.durably(() =>
        findings.filter((finding) => add({ ...finding, at: finding.at.getTime(), now: now() }) > 0),
      ),
    latestFindings: async (maxRows) =>
      latest({ maxRows }).map(({ at, foundAt, ...finding }) => ({
        ...finding,
        at: new Date(at),
        foundAt: new Date(foundAt),
      })),
    async reopenRefusal(id) {
      await database.durably(() => reopen({ id, now: now() }));
    },
    removeEffects: async (keptMs, maxRows) =>
      await database.durably(() => removeEffects({ until: now() - keptMs, maxRows })),
    removeFindings: async (keptMs, maxRows) =>
      await database.durably(() => removeFindings({ until: now() - keptMs, maxRows })),
  };
}

interface StoredFinding extends Omit<Finding, 'at' | 'foundAt'> {
  readonly at: number;
  readonly foundAt: number;
}

/**
 * Checks, in a transaction that reserves a place, that the file has not lost operations.
 * @throws JournalUnavailable if it may have.
 */
export function comparedBooks(database: SqliteDatabase): () => void {
  const restored = database.one<{ readonly is_restored: 0 | 1 }>('select is_restored from books');
  return () => {
    if (restored({})?.is_restored === 1) {
      throw new JournalUnavailable(
        'journal: SQLite: the file was restored: no place is reserved before it is compared with circulation',
      );
    }
  };
}

/** A file has no server that could be started. */
const booksRow = (row: StoredBooks): BooksRow => ({
  ...row,
  since: new Date(row.since),
  last_at: dateOrNull(row.last_at),
  oldest_at: dateOrNull(row.oldest_at),
  is_restored: row.is_restored === 1,
  is_started: false,
});

const accountRow = ({ at, certain_at: certainAt, ...row }: StoredAccount): AccountRow => ({
  ...row,
  at: new Date(at),
  certain_at: dateOrNull(certainAt),
});
