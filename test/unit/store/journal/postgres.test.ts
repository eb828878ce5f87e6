import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { createEncryption } from '../../../../store/encryption/encryption.ts';
import { readMigrations } from '../../../../store/journal/migrations.ts';
import { type JournalDatabase, outcomeOf } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { journalApplication, openPostgres } from '../../../../store/postgres/database.ts';
import type { Preparation } from '../../../../store/postgres/preparation.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import {
  always,
  begun,
  caller,
  checkOut,
  epochOf,
  lent,
  loanOf,
  reserved,
} from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import { ownPostgres, type PostgresServer } from '../../../support/postgres.ts';
import { run } from '../../../support/processes.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

// Some tests stop the server, so it is not shared.
const server = await ownPostgres();
afterAll(() => server[Symbol.asyncDispose]());

const reading = {
  subject: 'staff-1',
  clientId: null,
  role: 'STAFF',
  reason: null,
  what: 'IDENTITY_NUMBER',
  patronId: 'P0000001',
  applicationId: null,
} as const;

/** The error with which opening a journal fails, or `opened`. */
const refusal = (url: string): Promise<unknown> =>
  openPostgresJournal({ secret, url, tls: null }).then(
    () => 'opened',
    (error: unknown) => error,
  );

describe('a URL that leads nowhere is reported without the URL', () => {
  test.each([
    ['nobody listens', 'postgresql://reader:s3cret@127.0.0.1:1/books', /ECONNREFUSED/],
    [
      'no such host',
      'postgresql://reader:s3cret@nowhere.invalid/books',
      /nowhere\.invalid|ENOTFOUND|EAI_AGAIN/,
    ],
    ['no URL', 'postgresql://reader:s3cret@[books', /Invalid URL/],
  ])('%s', async (_what, url, reason) => {
    const error = await refusal(url);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(String(error)).toMatch(reason);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
  });
});

if ('reason' in server) {
  skipSuite('PostgreSQL', server.reason);
} else {
  describe('PostgreSQL', () => suite(server));
}

function suite(server: PostgresServer): void {
  test('a wrong password is reported without the password', async () => {
    await using database = await server.createDatabase();
    const url = new URL(database.url);
    url.password = 's3cret';
    const error = await refusal(url.href);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(String(error)).toMatch(/28P01, password authentication failed/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
  });

  test('a ping finds out whether the database can be written, and is not too old', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ secret, url: database.url, tls: null });
    await journal.ping();
    const name = new URL(database.url).pathname.slice(1);
    // The database becomes read-only, like a standby. The setting holds only for new connections, so the present ones
    // are closed.
    await database.query(`alter database ${name} set default_transaction_read_only = on`);
    const closeOthers = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await database.query(closeOthers);
    const ping = () => journal.ping().then(String, (error: Error) => error.message);
    await expect.poll(ping).toMatch(/can't be written/);
    await database.query(
      `begin read write; alter database ${name} reset default_transaction_read_only; commit`,
    );
    await database.query(closeOthers);
    await expect.poll(ping).toBe('undefined');
    const migration = readMigrations('postgres').length;
    await database.query(`delete from patron_graph.migrations where number = ${migration}`);
    await expect(journal.ping()).rejects.toThrow(`lacks migration ${migration}`);
  });

  test('only an outage is reported as one', async () => {
    await using database = await server.createDatabase();
    const wrongPassword = new URL(database.url);
    wrongPassword.password = 'wrong';
    expect(await refusal('postgresql://127.0.0.1:1/books')).toMatchObject({ isOutage: true });
    expect(await refusal(wrongPassword.href)).toMatchObject({ isOutage: false });
  });

  test('a database that a newer program has migrated is rejected', async () => {
    await using database = await server.createDatabase();
    await (await openPostgresJournal({ ...database, secret }))[Symbol.asyncDispose]();
    const known = readMigrations('postgres').length;
    await database.query(`insert into patron_graph.migrations (number, name) values (${known + 1}, 'newer')`);
    const error = await refusal(database.url);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(String(error)).toContain(`is at migration ${known + 1}, and this program knows ${known}`);
  });

  test('a role that may not change tables can open it, once the tables exist', async () => {
    await using database = await server.createDatabase();
    await (await openPostgresJournal({ ...database, secret }))[Symbol.asyncDispose]();
    await database.query(`
      create role clerk login password 'clerk';
      grant usage on schema patron_graph to clerk;
      grant select, insert, update, delete on all tables in schema patron_graph to clerk;`);
    try {
      const url = new URL(database.url);
      url.username = 'clerk';
      url.password = 'clerk';
      await using journal = await openPostgresJournal({ secret, url: url.href, tls: null });
      await lent(journal, loanOf('P0000001'));
    } finally {
      await database.query('drop owned by clerk; drop role clerk');
    }
  });

  test('what a connection has prepared still works after a migration has added columns', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret, maxConnections: 1 });
    const everything = async () => {
      const { id, reference } = await lent(journal, loanOf('P0000001'));
      await journal.find(caller, reference);
      await journal.findById(id);
      await journal.findByReference(reference, 1);
      await journal.operationsOfPatron('P0000001', null, 1);
      await journal.begin(checkOut(reference));
      await begun(journal, { sendWithinMs: 2_000, reconcileAfterMs: 0 });
      await journal.takeDue(1, 1_000);
      await journal.record([reading]);
      await journal.readingsOfPatron('P0000001', 1);
      await journal.latestReadings('P0000001', null, 1);
      await journal.changesOfPatron('P0000001', 1);
      await journal.latestChanges('P0000001', null, 1);
      await journal.followFeed('one', 15_000);
      await journal.accountsAfter('', 1);
      await journal.withoutEventAfter({ CHECK_OUT: 'CHECKED_OUT' }, '', 1);
      await journal.latestFindings(1);
    };
    await everything();
    const tables = await database.query("select tablename from pg_tables where schemaname = 'patron_graph'");
    for (const { tablename } of tables) {
      await database.query(`alter table patron_graph.${tablename} add column of_the_next_release text`);
    }
    await everything();
  });

  test('a migration that waits for a lock lets the journal go on, and is done once the lock is free', {
    timeout: 30_000,
  }, async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const addsColumn: Preparation = {
      isDone: async () => false,
      lacks: async () => 'a column',
      prepare: async (run) => {
        await run('alter table patron_graph.operations add column of_the_next_release text');
      },
    };
    // A dump holds such a lock, sometimes for hours.
    const dump = new Client(database.url);
    await dump.connect();
    await dump.query('begin; lock table patron_graph.operations in access share mode');
    const own = { tls: null, maxConnections: 1, preparesStatements: true, migrates: true };
    const settings = { ...own, url: database.url, applicationName: journalApplication };
    const migrated = openPostgres(settings, {}, [addsColumn]);
    for (const until = Date.now() + 4_000; Date.now() < until; ) {
      await lent(journal, loanOf('P0000001'));
    }
    await dump.end();
    await (await migrated)[Symbol.asyncDispose]();
    const columns = await database.query(
      "select from information_schema.columns where column_name = 'of_the_next_release'",
    );
    expect(columns).toHaveLength(1);
    await lent(journal, loanOf('P0000001'));
  });

  test('no place is settled during a decision', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const { id } = await reserved(journal, loanOf('P0000001'));
    const deciding = new Client({ connectionString: database.url });
    await deciding.connect();
    try {
      await deciding.query('begin');
      await deciding.query('select from patron_graph.patron_epochs for no key update');
      const settling = journal.settle(id, outcomeOf('REFUSED', null));
      await expect(Promise.race([settling, setTimeout(300, 'waits')])).resolves.toBe('waits');
      await deciding.query('commit');
      await expect(settling).resolves.toMatchObject({ operation: { state: 'REFUSED' } });
    } finally {
      await deciding.end();
    }
  });

  test('a settlement that waits sees the row as it is after the wait', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const operations = [await reserved(journal, loanOf('P0000001')), await begun(journal)];
    const [inPlace, without] = operations;
    const other = new Client({ connectionString: database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('update patron_graph.patron_epochs set epoch = epoch + 1');
      const noted = JSON.stringify({
        sealed: createEncryption(journal.keys.fingerprintKey).encrypt('"noted"'),
      });
      await other.query('update patron_graph.operations set details = $1', [noted]);
      await other.query(
        `update patron_graph.operations set (patron_id, place_kind, library_card_number, subject, sealed) =
          (select patron_id, place_kind, library_card_number, subject, sealed from patron_graph.operations where id = $1)`,
        [inPlace?.id],
      );
      const settling = Promise.all(
        operations.map(({ id }) => journal.settle(id, outcomeOf('DONE', 'result'))),
      );
      await expect(Promise.race([settling, setTimeout(300, 'waits')])).resolves.toBe('waits');
      await other.query('commit');
      for (const { operation } of await settling) {
        expect(operation).toMatchObject({ state: 'DONE', details: 'noted', result: 'result' });
      }
    } finally {
      await other.end();
    }
    const { doneSince } = await journal.placesSince('P0000001', 'LOAN', 1n);
    expect(doneSince.map(({ operationId }) => operationId).sort()).toEqual([inPlace?.id, without?.id].sort());
    await expect(epochOf(journal, 'P0000001')).resolves.toBe(3n);
  });

  const lockKeyIn = ({ keys }: JournalDatabase) =>
    createEncryption(keys.fingerprintKey).digest('claim', 'key');
  test.each<
    [
      string,
      (journal: JournalDatabase) => string,
      (journal: JournalDatabase, id: string) => Promise<unknown>,
      unknown,
    ]
  >([
    ['locked', lockKeyIn, (journal, id) => journal.lock(id, ['other', 'key']), null],
    ['attempted', () => 'key', (journal) => journal.attempt('key', 1, 1_000), { id: expect.any(String) }],
  ])('what is %s under two keys of one hash waits, and does not fail', async (_what, keyIn, ask, answer) => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const { id } = await begun(journal);
    // The other transaction holds the advisory lock, as a transaction for another key with the same hash would.
    const other = new Client({ connectionString: database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select pg_advisory_xact_lock(hashtextextended($1, 7267667466))', [keyIn(journal)]);
      const asked = ask(journal, id);
      await expect(Promise.race([asked, setTimeout(300, 'waits')])).resolves.toBe('waits');
      await other.query('commit');
      await expect(asked).resolves.toEqual(answer);
    } finally {
      await other.end();
    }
  });

  test('readings are not removed by truncate, either', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    await journal.record([reading]);
    await expect(database.query('truncate patron_graph.readings')).rejects.toThrow(
      'neither changed nor removed',
    );
    await expect(journal.readingsOfPatron('P0000001', 10)).resolves.toHaveLength(1);
  });

  test('a failing last statement leaves no change and no lock', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const operation = await begun(journal);
    await database.query(`
      create function patron_graph.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no'; end $$;
      create trigger refuse before update on patron_graph.operations
        for each statement execute function patron_graph.refuse();`);
    await expect(journal.reserve(operation.id, loanOf('P0000001'), always)).rejects.toThrow(StoreUnavailable);
    await expect(journal.find(caller, operation.reference)).resolves.toEqual(operation);
    await database.query('drop trigger refuse on patron_graph.operations');
    await expect(journal.reserve(operation.id, loanOf('P0000001'), always)).resolves.toMatchObject({
      kind: 'reserved',
    });
  });

  test('of several failures in a transaction, the first is reported', async () => {
    await using empty = await server.createDatabase();
    const settings = { url: empty.url, applicationName: 'test', tls: null, maxConnections: 1 };
    const texts = { divide: 'select 1 / $1::integer from pg_sleep(0.1)', next: 'select 1' };
    const options = { ...settings, preparesStatements: true, migrates: false };
    await using database = await openPostgres(options, texts, []);
    const both = database.transact('both', ({ ask, last }) => {
      ask('divide', [0]);
      return last('next', []);
    });
    const isRefused = expect(both).rejects.toThrow('PostgreSQL: 22012');
    // Blocks the event loop until both failures have arrived, so that they are read at the same moment.
    await setTimeout(50);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    await isRefused;
  });

  test('a process that is stopped within a transaction does not keep others waiting for long', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const writer = 'test/contract/journal/writer/main.ts';
    for (let round = 1; round <= 3; round += 1) {
      await using stopped = run(writer, { JOURNAL_URL: database.url });
      await stopped.says(/written 10\n/);
      stopped.child.kill('SIGSTOP');
      // Up to three transactions of the stopped process may hold locks. The server ends each after a second.
      const lending = () => lent(journal, loanOf('P0000001')).then(({ state }) => state, String);
      await expect.poll(lending, { timeout: 6_000 }).toBe('DONE');
      const { doneSince } = await journal.placesSince('P0000001', 'LOAN', 0n);
      expect(doneSince.length).toBeGreaterThan(10 * round);
      stopped.child.kill('SIGCONT');
    }
  });

  test.runIf(server.power !== null)('what was promised outlives a crash of the server', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const done = await lent(journal, loanOf('P0000001'));
    const held = await reserved(journal, loanOf('P0000001'));
    const sendable = await begun(journal, { sendWithinMs: 2_000 });
    await journal.record([reading]);
    const attempt = await journal.attempt('key', 1, 60_000);
    const sendAllowed = await begun(journal);
    await journal.lock(sendAllowed.id, ['card']);
    // This change waits for the disk, so it also makes the earlier lock durable.
    await journal.allowSending(sendAllowed.id, 'a plan', 2_000);
    await server.power?.stop();
    await expect(journal.find(caller, done.reference)).rejects.toThrow(StoreUnavailable);
    await server.power?.start();
    await expect(journal.find(caller, done.reference)).resolves.toEqual(done);
    await expect(journal.find(caller, held.reference)).resolves.toEqual(held);
    await expect(journal.find(caller, sendable.reference)).resolves.toEqual(sendable);
    await expect(journal.findById(sendAllowed.id)).resolves.toMatchObject({
      details: 'a plan',
      sendBy: expect.any(Date),
    });
    await expect(journal.isLocked('card')).resolves.toBe(true);
    expect(attempt).toHaveProperty('id');
    await expect(journal.attempt('key', 1, 60_000)).resolves.toHaveProperty('until');
    await expect(journal.readingsOfPatron('P0000001', 10)).resolves.toHaveLength(1);
    await expect(epochOf(journal, 'P0000001')).resolves.toBe(1n);
  });

  test.runIf(server.power !== null)('a restart under load is survived', { timeout: 60_000 }, async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const promised: string[] = [];
    const failures: unknown[] = [];
    let goesOn = true;
    const station = async (at: number) => {
      for (let count = 0; goesOn; count += 1) {
        const reference = `${at}-${count}`;
        try {
          const { operation } = await journal.begin(checkOut(reference));
          const since = await epochOf(journal, 'P0000001');
          await journal.reserve(operation.id, loanOf('P0000001', { since }), always);
          await journal.settle(operation.id, outcomeOf('DONE', null));
          promised.push(reference);
        } catch (error) {
          failures.push(error);
          await setTimeout(20);
        }
      }
    };
    const stations = Array.from({ length: 20 }, (_, at) => station(at));
    const untilMore = (of: readonly unknown[]) =>
      expect.poll(() => of.length, { timeout: 10_000 }).toBeGreaterThan(of.length + 50);
    try {
      await untilMore(promised);
      await server.power?.stop();
      await untilMore(failures);
      await server.power?.start();
      // Nothing is lost, but that is only known after the journal was compared with circulation.
      await expect(reserved(journal, loanOf('P0000002'))).rejects.toThrow('server was started');
      const followed = await journal.followFeed('one', 15_000);
      expect(followed).toMatchObject({ isStarted: true, isRestored: false });
      const { generation } = followed?.lease ?? { generation: '' };
      await journal.confirmCompared({ follower: 'other', generation });
      await journal.confirmCompared({ follower: 'one', generation: 'an earlier start' });
      expect(await journal.followFeed('one', 15_000)).toMatchObject({ isStarted: true });
      await journal.confirmCompared({ follower: 'one', generation });
      expect(await journal.followFeed('one', 15_000)).toMatchObject({ isStarted: false });
      await untilMore(promised);
    } finally {
      goesOn = false;
      await Promise.all(stations);
    }
    expect(failures.filter((error) => !(error instanceof StoreUnavailable))).toEqual([]);
    for (const reference of promised) {
      await expect(journal.find(caller, reference)).resolves.toMatchObject({ state: 'DONE' });
    }
    const { doneSince } = await journal.placesSince('P0000001', 'LOAN', 0n);
    await expect(epochOf(journal, 'P0000001')).resolves.toBe(BigInt(doneSince.length));
  });
}
