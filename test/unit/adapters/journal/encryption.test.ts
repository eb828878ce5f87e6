import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { encryptFields, referenceKey } from '../../../../adapters/journal/encryption/encrypted-rows.ts';
import { createEncryption } from '../../../../adapters/journal/encryption/encryption.ts';
import type { JournalSecrets } from '../../../../adapters/journal/encryption/key-ring.ts';
import { readMigrations } from '../../../../adapters/journal/migrations.ts';
import { type JournalDatabase, JournalUnavailable } from '../../../../adapters/journal/port.ts';
import { openPostgresJournal } from '../../../../adapters/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../adapters/journal/sqlite/index.ts';
import { always } from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import { findPostgres, type PostgresServer } from '../../../support/postgres.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const otherSecret = new Uint8Array(32).fill(7);

/** Personal data, or what was lent to a person. */
const marks = {
  caller: 'marked-caller',
  reference: 'marked-reference',
  patronId: 'P7777771',
  libraryCardNumber: '21852777777771',
  subject: '31852777777771',
  title: 'a marked title',
  loanId: 'L77777771',
} as const;

/** A database, and access to its content. */
interface Place extends AsyncDisposable {
  open(secrets?: JournalSecrets): Promise<JournalDatabase>;
  /** Runs statements in the database itself. */
  exec(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The name of one of the journal's tables in SQL. */
  table(name: string): string;
  /** Creates the tables as an older program left them, at the migration of that number. */
  migrateTo(number: number): Promise<void>;
  /** Everything that can be read without the secret. */
  dump(): Promise<string>;
  pass(ms: number): Promise<void>;
  /** A time in the database's format. */
  time(date: Date): string;
}

async function sqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'encryption-'));
  const path = join(folder, 'journal.sqlite');
  let passedMs = 0;
  const withFile = <Result>(use: (database: DatabaseSync) => Result): Result => {
    using database = new DatabaseSync(path);
    return use(database);
  };
  const place: Place = {
    open: (secrets = { secret }) =>
      openSqliteJournal({ path, clock: () => new Date(Date.now() + passedMs), ...secrets }),
    exec: async (sql) => withFile((database) => database.exec(sql)),
    rows: async (sql) => withFile((database) => database.prepare(sql).all()),
    table: (name) => name,
    async migrateTo(number) {
      withFile((database) => {
        database.exec('pragma journal_mode = wal; pragma secure_delete = on');
        database.exec('create table migrations (number integer primary key, name text not null) strict');
        for (const migration of readMigrations('sqlite').slice(0, number)) {
          database.exec(migration.sql);
          database.exec(`insert into migrations values (${migration.number}, '${migration.name}')`);
        }
      });
    },
    // The bytes of the file, its log and its index.
    async dump() {
      const files = await readdir(folder);
      return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('\n');
    },
    async pass(ms) {
      passedMs += ms;
    },
    time: (date) => String(date.getTime()),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
  return place;
}

const postgresAt = (server: PostgresServer) => async (): Promise<Place> => {
  const database = await server.createDatabase();
  let passedMs = 0;
  const exec = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  return {
    open: (secrets = { secret }) => openPostgresJournal({ url: database.url, ...secrets }),
    exec,
    rows: (sql) => database.query(sql),
    table: (name) => `patron_graph.${name}`,
    async migrateTo(number) {
      await exec('create schema patron_graph');
      await exec('create table patron_graph.migrations (number integer primary key, name text not null)');
      for (const migration of readMigrations('postgres').slice(0, number)) {
        await exec(migration.sql);
        await exec(`insert into patron_graph.migrations values (${migration.number}, '${migration.name}')`);
      }
    },
    // Every row of every table, as text.
    async dump() {
      const tables = await database.query(
        "select table_name as name from information_schema.tables where table_schema = 'patron_graph'",
      );
      const contents = tables.map(({ name }) =>
        database.query(`select all_of_it::text as row from patron_graph.${name} as all_of_it`),
      );
      return JSON.stringify(await Promise.all(contents));
    },
    async pass(ms) {
      passedMs += ms;
      await database.query(`create or replace function patron_graph.journal_now() returns timestamptz
        language sql volatile as $$
          select date_trunc('milliseconds', clock_timestamp()) + interval '${passedMs} milliseconds'
        $$`);
    },
    time: (date) => `'${date.toISOString()}'`,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

const { caller, reference, patronId, libraryCardNumber, subject } = marks;
const place = { patronId, kind: 'LOAN', libraryCardNumber, subject } as const;
const result = { patronId, libraryCardNumber, loanId: marks.loanId };

/** An operation of the patron's that takes no place. */
async function beginWithout(journal: JournalDatabase): Promise<string> {
  const { operation } = await journal.begin({
    ...{ caller, reference: 'without a place', kind: 'REPORT_LOSS', fingerprint: 'f', details: null },
    ...{ sendWithinMs: null, reconcileAfterMs: 20_000, patronId },
  });
  return operation.id;
}

async function lend(journal: JournalDatabase): Promise<string> {
  const details = { title: marks.title };
  const { operation } = await journal.begin({
    ...{ caller, reference, kind: 'CHECK_OUT', fingerprint: 'f', details },
    ...{ sendWithinMs: null, reconcileAfterMs: 20_000 },
  });
  const times = { sendWithinMs: 2_000, arriveWithinMs: 5_000, reconcileAfterMs: 42_000 };
  await journal.reserve(operation.id, { ...place, since: 0n, ...times }, always);
  await journal.lock(operation.id, [`card ${libraryCardNumber}`]);
  return operation.id;
}

/** The marks that can be read without the secret. */
async function readable(at: Place): Promise<string[]> {
  const dump = await at.dump();
  return Object.entries(marks).flatMap(([name, mark]) => (dump.includes(mark) ? [name] : []));
}

function encryptionContract(open: () => Promise<Place>): void {
  test('who borrowed what is never readable without the secret, and with it for 30 days', async () => {
    await using at = await open();
    await using journal = await at.open();
    const id = await lend(journal);
    await beginWithout(journal);
    expect(await readable(at)).toEqual([]);
    await journal.settle(id, { state: 'DONE', result });
    expect(await readable(at)).toEqual([]);

    await at.pass(29 * dayMs);
    expect(await journal.removeExpired()).toBe(0);
    const told = { id, caller, reference, state: 'DONE', place, details: { title: marks.title }, result };
    expect(await journal.find(caller, reference)).toMatchObject(told);
    const again = await journal.begin({
      ...{ caller, reference, kind: 'CHECK_OUT', fingerprint: 'f', details: null },
      ...{ sendWithinMs: null, reconcileAfterMs: 20_000 },
    });
    expect(again).toMatchObject({ isNew: false, operation: told });
    expect(await journal.placesSince(patronId, 'LOAN', 0n)).toEqual({
      unsettled: [],
      doneSince: [{ operationId: id, libraryCardNumber, subject }],
    });
  });

  test('after 30 days the id, kind and state are left, and after 100 nothing', async () => {
    await using at = await open();
    await using journal = await at.open();
    const id = await lend(journal);
    await journal.settle(id, { state: 'DONE', result });
    const [before] = await at.rows(`select sealed from ${at.table('operations')}`);
    const past = () => at.rows(`select id, kind, state from ${at.table('past_operations')}`);

    await at.pass(31 * dayMs);
    expect(await journal.removeExpired()).toBe(1);
    expect(await journal.findById(id)).toBeNull();
    expect(await at.rows(`select * from ${at.table('claims')}`)).toEqual([]);
    expect(await past()).toEqual([{ id, kind: 'CHECK_OUT', state: 'DONE' }]);
    expect(await readable(at)).toEqual([]);
    // Nor in its encrypted form.
    expect((await at.dump()).includes(String(before?.sealed))).toBe(false);

    await at.pass(68 * dayMs);
    await journal.removeExpired();
    expect(await past()).toHaveLength(1);
    await at.pass(2 * dayMs);
    await journal.removeExpired();
    expect(await past()).toEqual([]);
  });

  test('what an older program wrote in clear is encrypted as the journal is opened', async () => {
    await using at = await open();
    await at.migrateTo(5);
    const [patrons, operations, claims] = ['patrons', 'operations', 'claims'].map(at.table);
    const columns = `(id, caller, reference, kind, fingerprint, state, requested_at, settled_at, send_by, details, result,
      patron_id, place_kind, library_card_number, subject, epoch)`;
    const now = at.time(new Date());
    const bound = `'${patronId}', 'LOAN', '${libraryCardNumber}', '${subject}'`;
    // In the form in which procedures stored their details.
    const kept = JSON.stringify({
      sealed: createEncryption(secret).encrypt(JSON.stringify({ title: marks.title })),
    });
    await at.exec(`
      insert into ${patrons} (patron_id, epoch) values ('${patronId}', 5);
      insert into ${patrons} (patron_id, epoch) values ('P7777772', 9);
      insert into ${operations} ${columns} values
        ('0000000000000000000001', '${caller}', '${reference}', 'CHECK_OUT', 'f', 'DONE', ${now}, ${now}, ${now},
          '{"title":"${marks.title}"}', '${JSON.stringify(result)}', ${bound}, 5),
        ('0000000000000000000002', '${caller}', 'another', 'CHECK_OUT', 'f', 'UNSETTLED', ${now}, null, ${now},
          'null', null, ${bound}, null),
        ('0000000000000000000003', '${caller}', 'a third', 'REPORT_LOSS', 'f', 'UNSETTLED', ${now}, null, null,
          '${kept}', null, null, null, null, null, null);
      insert into ${claims} (key, operation_id) values ('card ${libraryCardNumber}', '0000000000000000000003');
    `);
    expect(await readable(at)).toEqual(Object.keys(marks));

    await using journal = await at.open();
    expect(await readable(at)).toEqual([]);
    expect(await journal.find(caller, reference)).toMatchObject({
      ...{ id: '0000000000000000000001', caller, reference, place, result, details: { title: marks.title } },
      patronId,
    });
    expect((await journal.operationsOfPatron(patronId, null, 10)).map(({ id }) => id)).toEqual([
      '0000000000000000000002',
      '0000000000000000000001',
    ]);
    expect(await journal.findById('0000000000000000000003')).toMatchObject({
      ...{ caller, reference: 'a third', place: null, details: { title: marks.title }, result: null },
      patronId: null,
    });
    expect(await journal.isLocked(`card ${libraryCardNumber}`)).toBe(true);
    expect(await journal.placesNow(patronId, 'LOAN')).toEqual({
      ...{ epoch: 5n, holders: ['0000000000000000000002'] },
    });
    expect(await journal.placesNow('P7777772', 'LOAN')).toMatchObject({ epoch: 9n });
    const { unsettled, doneSince } = await journal.placesSince(patronId, 'LOAN', 4n);
    expect([unsettled, doneSince].map((places) => places.map(({ operationId }) => operationId))).toEqual([
      ['0000000000000000000002'],
      ['0000000000000000000001'],
    ]);
    await at.open().then((other) => other[Symbol.asyncDispose]());
  });

  test('what was written before staff could find it has its code, its reference, and the patron of its place', async () => {
    await using at = await open();
    await at.migrateTo(7);
    const encryption = createEncryption(secret);
    const patronKey = encryption.digest('patron', patronId);
    const time = at.time(new Date());
    const operations = at.table('operations');
    const insert = (id: string, kind: string, of: string, hasPlace: boolean) => {
      const key = referenceKey(encryption, caller, of);
      const sealed = encryptFields(encryption, { caller, reference: of, place: hasPlace ? place : null });
      const bound = hasPlace
        ? `'${patronKey}', 'LOAN', 'sealed', 'sealed', 1`
        : 'null, null, null, null, null';
      return `insert into ${operations} (id, caller, reference, kind, fingerprint, state, requested_at, settled_at, details,
          sealed, patron_id, place_kind, library_card_number, subject, epoch)
        values ('${id.padEnd(22, '0')}', '${key.caller}', '${key.reference}', '${kind}', 'f', 'DONE', ${time}, ${time}, 'null',
          '${sealed}', ${bound});`;
    };
    await at.exec(`
      insert into ${at.table('secrets')} (proof) values ('${encryption.proof}');
      insert into ${at.table('patron_epochs')} (patron_id, epoch) values ('${patronKey}', 1);
      ${insert('CheckOut', 'CHECK_OUT', reference, true)}
      ${insert('RptLoss1', 'REPORT_LOSS', 'a loss', false)}
      ${insert('BlkCard1', 'BLOCK_CARD', 'a part', false)}
      ${insert('MoveHold', 'MOVE_HOLD', 'another part', true)}`);

    /** Once with the secret with which it was written, and once with another. */
    for (const secrets of [{ secret }, { secret: otherSecret, previousSecret: secret }]) {
      await using journal = await at.open(secrets);
      const checkOut = { id: 'CheckOut00000000000000', code: 'CB86ERRQ', reference, patronId, place };
      expect(await journal.findByReference(reference, 10)).toMatchObject([checkOut]);
      expect(await journal.findByCode(checkOut.code, 10)).toMatchObject([checkOut]);
      expect(await journal.operationsOfPatron(patronId, null, 10)).toMatchObject([checkOut]);
      expect(await journal.findByReference('a loss', 10)).toMatchObject([{ patronId: null, place: null }]);
      expect(await journal.findByReference('a part', 10)).toEqual([]);
    }
    expect(await readable(at)).toEqual([]);
  });

  test('an older program that still runs begins nothing and counts nothing', async () => {
    await using at = await open();
    await using journal = await at.open();
    await lend(journal);
    const now = at.time(new Date());
    const begin = `insert into ${at.table('operations')}
      (id, caller, reference, kind, fingerprint, state, requested_at, details)
      values ('0000000000000000000009', 'c', 'r', 'CHECK_OUT', 'f', 'UNSETTLED', ${now}, 'null')`;
    await expect(at.exec(begin)).rejects.toThrow('an older program');
    await expect(at.exec(`select epoch from ${at.table('patrons')}`)).rejects.toThrow(/patrons/);
  });

  test('another secret is rejected: with two, the places of one patron would be counted separately', async () => {
    await using at = await open();
    await (await at.open())[Symbol.asyncDispose]();
    await expect(at.open({ secret: otherSecret })).rejects.toThrow(JournalUnavailable);
    await expect(at.open({ secret: otherSecret, previousSecret: otherSecret })).rejects.toThrow(
      /another secret/,
    );
  });

  test('a new secret replaces the previous one once all operations are settled', async () => {
    await using at = await open();
    const changed = { secret: otherSecret, previousSecret: secret };
    const journal = await at.open();
    const id = await lend(journal);
    await expect(at.open(changed)).rejects.toThrow('1 operations are unsettled');
    await journal.settle(id, { state: 'DONE', result });
    const without = await beginWithout(journal);
    await journal.settle(without, { state: 'REFUSED', result: null });
    await journal[Symbol.asyncDispose]();

    await using reopened = await at.open(changed);
    expect(await reopened.find(caller, reference)).toMatchObject({ id, place, result });
    const { doneSince } = await reopened.placesSince(patronId, 'LOAN', 0n);
    expect(doneSince).toHaveLength(1);
    expect(await reopened.placesNow(patronId, 'LOAN')).toMatchObject({ epoch: 1n });
    expect(await reopened.operationsOfPatron(patronId, null, 10)).toMatchObject([
      { id: without, patronId, place: null },
      { id, patronId, place },
    ]);
    expect(await reopened.findByReference(reference, 10)).toMatchObject([{ id }]);
    expect(await readable(at)).toEqual([]);
    await expect(at.open()).rejects.toThrow(/another secret/);
  });

  test('without a secret nothing encrypted is read or written', async () => {
    await using at = await open();
    await (await at.open())[Symbol.asyncDispose]();
    await using journal = await at.open({ secret: null });
    await expect(journal.find(caller, reference)).rejects.toThrow(JournalUnavailable);
    await expect(lend(journal)).rejects.toThrow(JournalUnavailable);
    expect(await journal.readingsOfPatron(patronId, 10)).toEqual([]);
  });
}

describe('in SQLite', () => encryptionContract(sqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  describe.skip(`in PostgreSQL: ${server.reason}`, () => {});
} else {
  describe('in PostgreSQL', () => encryptionContract(postgresAt(server)));
}
