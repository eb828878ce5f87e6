import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import {
  always,
  begun,
  epochOf,
  lent,
  loanOf,
  reserved,
} from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import {
  findPostgres,
  ownPostgres,
  type PostgresDatabase,
  type PostgresServer,
} from '../../../support/postgres.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

const nameOf = ({ url }: PostgresDatabase): string => new URL(url).pathname.slice(1);
const set = (database: PostgresDatabase, setting: string) =>
  database.query(`alter database ${nameOf(database)} set ${setting}`);
/** Closes all other connections. The next request opens a new one, which has the present settings. */
const disconnectAll = (database: PostgresDatabase) =>
  database.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);

if ('reason' in server) {
  skipSuite("PostgreSQL's settings", server.reason);
} else {
  describe("PostgreSQL's settings", () => suite(server));
}

function suite(server: PostgresServer): void {
  test('with synchronous_commit=off in the database it does not start, and says why', async () => {
    await using database = await server.createDatabase();
    await (await openPostgresJournal({ ...database, secret }))[Symbol.asyncDispose]();
    await set(database, 'synchronous_commit = off');
    const opening = openPostgresJournal({ ...database, secret });
    await expect(opening).rejects.toThrow(StoreUnavailable);
    await expect(opening).rejects.toThrow('synchronous_commit is off');
  });

  test('nor with synchronous_commit=off in the role', async () => {
    await using database = await server.createDatabase();
    const role = `hasty_${randomBytes(4).toString('hex')}`;
    await database.query(`create role ${role} superuser login password 'hasty'`);
    try {
      await database.query(`alter role ${role} set synchronous_commit = off`);
      const url = new URL(database.url);
      url.username = role;
      url.password = 'hasty';
      await expect(openPostgresJournal({ secret, url: url.href, tls: null })).rejects.toThrow(
        'synchronous_commit is off',
      );
    } finally {
      await database.query(`drop role ${role}`);
    }
  });

  test('nothing is promised after synchronous_commit is turned off while it runs', async () => {
    await using database = await server.createDatabase();
    await using journal = await openPostgresJournal({ ...database, secret });
    const operation = await begun(journal);
    await set(database, 'synchronous_commit = off');
    await disconnectAll(database);
    const reserving = () => journal.reserve(operation.id, loanOf('P0000001'), always);
    // The first request may still use a closed connection and fail.
    await expect.poll(() => reserving().catch(String)).toMatch('55000, synchronous_commit is off');
    await expect(begun(journal, { sendWithinMs: 2_000 })).rejects.toThrow('synchronous_commit is off');
    await expect(journal.allowSending(operation.id, null, 2_000)).rejects.toThrow(
      'synchronous_commit is off',
    );
    await expect(journal.findById(operation.id)).resolves.toEqual(operation);
    await expect(journal.placesSince('P0000001', 'LOAN', 0n)).resolves.toEqual({
      unsettled: [],
      doneSince: [],
      uncertain: [],
    });
    await set(database, 'synchronous_commit = on');
    await disconnectAll(database);
    await expect.poll(() => reserving().then(({ kind }) => kind, String)).toBe('reserved');
  });

  test.each(['local', 'remote_write', 'on', 'remote_apply'])(
    'synchronous_commit=%s will do, and stays',
    async (mode) => {
      await using database = await server.createDatabase();
      await set(database, `synchronous_commit = ${mode}`);
      await using journal = await openPostgresJournal({ ...database, secret });
      await database.query('create table seen (setting text)');
      await (await openPostgresJournal({ ...database, secret }))[Symbol.asyncDispose]();
      await database.query(`create function see() returns trigger language plpgsql as
      $$ begin insert into seen values (current_setting('synchronous_commit')); return null; end $$;
      create trigger see after update on patron_graph.operations for each statement execute function see()`);
      await lent(journal, loanOf('P0000001'));
      const seen = await database.query('select distinct setting from seen');
      expect(seen).toEqual([{ setting: mode }]);
    },
  );

  test('another default isolation level of the database changes nothing', async () => {
    await using database = await server.createDatabase();
    await set(database, 'default_transaction_isolation = serializable');
    await using journal = await openPostgresJournal({ ...database, secret });
    const patronId = 'P0000001';
    const all = Array.from({ length: 12 }, async () => {
      const { id } = await reserved(journal, loanOf(patronId));
      return await journal.settle(id, outcomeOf('DONE', null));
    });
    for (const { operation } of await Promise.all(all)) {
      expect(operation.state).toBe('DONE');
    }
    await expect(epochOf(journal, patronId)).resolves.toBe(12n);
    // Calls of `takeDue` at the same time must not conflict either.
    for (let count = 0; count < 20; count += 1) {
      await begun(journal, { reconcileAfterMs: 0 });
    }
    const due = await Promise.all(Array.from({ length: 8 }, () => journal.takeDue(3, 60_000)));
    expect(new Set(due.flat().map(({ operation }) => operation.id)).size).toBe(due.flat().length);
  });

  test('with fsync=off it does not start, and says why', { timeout: 60_000 }, async () => {
    await using hasty = await ownPostgres('fsync=off');
    if ('reason' in hasty) {
      throw new Error(hasty.reason);
    }
    await using database = await hasty.createDatabase();
    await expect(openPostgresJournal({ ...database, secret })).rejects.toThrow(
      'fsync is off, and a crash would lose',
    );
  });
}
