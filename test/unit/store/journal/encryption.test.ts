import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { createEncryption } from '../../../../store/encryption/encryption.ts';
import { encryptFields, referenceKey } from '../../../../store/journal/encrypted-rows.ts';
import type { JournalSecrets } from '../../../../store/journal/encryption/encrypt-database.ts';
import { readMigrations } from '../../../../store/journal/migrations.ts';
import { type JournalDatabase, outcomeOf } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { openSharedBudgets } from '../../../../store/shared-state/postgres/rates.ts';
import { openPostgresState } from '../../../../store/shared-state/postgres/sealed-state.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { always } from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import { findPostgres, type PostgresServer } from '../../../support/postgres.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const otherSecret = new Uint8Array(32).fill(7);
const thirdSecret = new Uint8Array(32).fill(8);
const pseudonyms = new Uint8Array(32).fill(9);

/** Personal data, and data about a person's loans. They are easy to find in a dump. */
const marks = {
  caller: 'marked-caller',
  reference: 'marked-reference',
  patronId: 'P7777771',
  libraryCardNumber: '21852777777771',
  subject: '31852777777771',
  title: 'a marked title',
  loanId: 'L77777771',
} as const;

/** A database under test, and access to its content. */
interface Place extends AsyncDisposable {
  open(secrets?: JournalSecrets): Promise<JournalDatabase>;
  /** Runs statements directly in the database. */
  exec(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The name of one of the journal's tables in SQL. */
  table(name: string): string;
  /** Creates the tables as an older program left them, up to the migration with this number. */
  migrateTo(number: number): Promise<void>;
  /** All content that can be read without the secret. */
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
    // The bytes of the database file and of its write-ahead log.
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
    open: (secrets = { secret }) => openPostgresJournal({ url: database.url, tls: null, ...secrets }),
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

/** Begins an operation of the patron that takes no place. */
async function beginWithout(journal: JournalDatabase): Promise<string> {
  const { operation } = await journal.begin({
    caller,
    reference: 'without a place',
    kind: 'REPORT_LOSS',
    fingerprint: 'f',
    details: null,
    sendWithinMs: null,
    arriveWithinMs: null,
    reconcileAfterMs: 20_000,
    patronId,
    isUnlisted: false,
  });
  return operation.id;
}

async function lend(journal: JournalDatabase): Promise<string> {
  const details = { title: marks.title };
  const { operation } = await journal.begin({
    caller,
    reference,
    kind: 'CHECK_OUT',
    fingerprint: 'f',
    details,
    sendWithinMs: null,
    arriveWithinMs: null,
    reconcileAfterMs: 20_000,
    patronId: null,
    isUnlisted: false,
  });
  const times = { sendWithinMs: 2_000, arriveWithinMs: 5_000, reconcileAfterMs: 42_000 };
  await journal.reserve(operation.id, { ...place, since: 0n, mergedFrom: [], ...times }, always);
  await journal.lock(operation.id, [`card ${libraryCardNumber}`]);
  return operation.id;
}

/** The names of the marks that can be read without the secret. */
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
    await journal.settle(id, outcomeOf('DONE', result));
    expect(await readable(at)).toEqual([]);

    await at.pass(29 * dayMs);
    expect(await journal.removeExpired()).toBe(0);
    const told = { id, caller, reference, state: 'DONE', place, details: { title: marks.title }, result };
    expect(await journal.find(caller, reference)).toMatchObject(told);
    const again = await journal.begin({
      caller,
      reference,
      kind: 'CHECK_OUT',
      fingerprint: 'f',
      details: null,
      sendWithinMs: null,
      arriveWithinMs: null,
      reconcileAfterMs: 20_000,
      patronId: null,
      isUnlisted: false,
    });
    expect(again).toMatchObject({ isNew: false, operation: told });
    expect(await journal.placesSince(patronId, 'LOAN', 0n)).toEqual({
      unsettled: [],
      uncertain: [],
      doneSince: [{ operationId: id, libraryCardNumber, subject }],
    });
  });

  test('after 30 days the id, kind and state are left, and after 100 nothing', async () => {
    await using at = await open();
    await using journal = await at.open();
    const id = await lend(journal);
    await journal.settle(id, outcomeOf('DONE', result));
    const [before] = await at.rows(`select sealed from ${at.table('operations')}`);
    const past = () => at.rows(`select id, kind, state from ${at.table('past_operations')}`);

    await at.pass(31 * dayMs);
    expect(await journal.removeExpired()).toBe(1);
    expect(await journal.findById(id)).toBeNull();
    expect(await at.rows(`select * from ${at.table('claims')}`)).toEqual([]);
    expect(await past()).toEqual([{ id, kind: 'CHECK_OUT', state: 'DONE' }]);
    expect(await readable(at)).toEqual([]);
    // The encrypted form is gone too.
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
    // Procedures of older releases stored their details in this form.
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
      id: '0000000000000000000001',
      caller,
      reference,
      place,
      result,
      details: { title: marks.title },
      patronId,
    });
    expect((await journal.operationsOfPatron(patronId, null, 10)).map(({ id }) => id)).toEqual([
      '0000000000000000000002',
      '0000000000000000000001',
    ]);
    expect(await journal.findById('0000000000000000000003')).toMatchObject({
      caller,
      reference: 'a third',
      place: null,
      details: { title: marks.title },
      result: null,
      patronId: null,
    });
    expect(await journal.isLocked(`card ${libraryCardNumber}`)).toBe(true);
    expect(await journal.placesNow(patronId, 'LOAN')).toMatchObject({
      epoch: 5n,
      holders: ['0000000000000000000002'],
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

    /** Opens the journal with the secret that wrote it, and then with another secret. */
    for (const secrets of [{ secret }, { secret: otherSecret, otherSecrets: [secret] }]) {
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
    await expect(at.open({ secret: otherSecret })).rejects.toThrow(StoreUnavailable);
    await expect(at.open({ secret: otherSecret, otherSecrets: [thirdSecret] })).rejects.toThrow(
      /another secret/,
    );
  });

  test('the secret changes while processes run: each finds what the others wrote, and counts the same places', async () => {
    await using at = await open();
    /**
     * The secrets of two processes that run at the same time. From step to step, the processes are restarted with new
     * values.
     */
    const steps: readonly (readonly [JournalSecrets, JournalSecrets])[] = [
      [{ secret }, { secret, otherSecrets: [otherSecret] }],
      [
        { secret, otherSecrets: [otherSecret] },
        { secret: otherSecret, otherSecrets: [secret] },
      ],
      [{ secret: otherSecret, otherSecrets: [secret] }, { secret: otherSecret }],
    ];
    await using first = await at.open();
    const id = await lend(first);
    const { fingerprintKey } = first.keys;
    for (const secrets of steps) {
      await using one = await at.open(secrets[0]);
      await using other = await at.open(secrets[1]);
      for (const journal of [one, other]) {
        expect(await journal.find(caller, reference)).toMatchObject({ id, patronId });
        expect(await journal.isLocked(`card ${libraryCardNumber}`)).toBe(true);
        expect(await journal.placesNow(patronId, 'LOAN')).toMatchObject({ holders: [id] });
        expect(journal.keys.fingerprintKey).toEqual(fingerprintKey);
      }
    }
    await expect(at.open()).rejects.toThrow(/another secret/);
    // `fingerprintKey` is the data key. The data key is random, and is not the former secret. So nobody can use the
    // former secret as the data key.
    expect(fingerprintKey).not.toEqual(secret);
    await using last = await at.open({ secret: otherSecret });
    await last.settle(id, outcomeOf('DONE', result));
    expect(await first.placesNow(patronId, 'LOAN')).toMatchObject({ epoch: 1n, holders: [] });
  });

  test('a process that restarts while the others have another first secret starts', async () => {
    await using at = await open();
    await (await at.open())[Symbol.asyncDispose]();
    const both: JournalSecrets = { secret, otherSecrets: [otherSecret] };
    const turned: JournalSecrets = { secret: otherSecret, otherSecrets: [secret] };
    for (const secrets of [{ secret }, both, { secret }, both, turned, both, turned]) {
      await (await at.open(secrets))[Symbol.asyncDispose]();
    }
    await (await at.open({ secret: otherSecret }))[Symbol.asyncDispose]();
  });

  test('the key to pseudonyms is the first that was offered, whatever becomes of the other keys', async () => {
    await using at = await open();
    const offer = { key: pseudonyms, isConfigured: false };
    const another = { key: thirdSecret, isConfigured: false };
    {
      await using journal = await at.open();
      expect(await journal.keys.agreeOnPseudonymKey(offer)).toEqual({ kind: 'key', key: pseudonyms });
    }
    expect((await at.dump()).includes(Buffer.from(pseudonyms).toString('base64url'))).toBe(false);
    const changes: readonly JournalSecrets[] = [
      { secret: otherSecret, otherSecrets: [secret] },
      { secret: otherSecret, replaceDataKey: true },
    ];
    for (const secrets of changes) {
      await using journal = await at.open(secrets);
      expect(await journal.keys.agreeOnPseudonymKey(another)).toEqual({ kind: 'key', key: pseudonyms });
      const configured = await journal.keys.agreeOnPseudonymKey({ ...another, isConfigured: true });
      expect(configured).toEqual({ kind: 'another' });
    }
  });

  test('a configured key to pseudonyms is not stored, and another one, or none, is noticed', async () => {
    await using at = await open();
    await using journal = await at.open();
    const configured = { key: pseudonyms, isConfigured: true };
    const derived = { key: thirdSecret, isConfigured: false };
    const { keys } = journal;
    expect(await keys.agreeOnPseudonymKey(configured)).toEqual({ kind: 'key', key: pseudonyms });
    expect(await keys.agreeOnPseudonymKey({ ...derived, isConfigured: true })).toEqual({ kind: 'another' });
    expect(await keys.agreeOnPseudonymKey(derived)).toEqual({ kind: 'not kept' });
    expect(await keys.agreeOnPseudonymKey(configured)).toEqual({ kind: 'key', key: pseudonyms });
    const [stored] = await at.rows(`select pseudonym_key_encrypted as key from ${at.table('secrets')}`);
    expect(stored).toEqual({ key: null });
  });

  test('a notice stays the same under a new data key: on its way, and made once', async () => {
    await using at = await open();
    const formerEmail = 'chan@reader.example';
    const occasion = { kind: 'contact.changed', occasion: 'H0000001' } as const;
    const notice = { ...occasion, patronId, endpoints: ['mail'], formerEmail } as const;
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      expect(await journal.makeNotices([notice])).toBe(1);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.makeNotices([notice])).toBe(0);
    expect(await reopened.dueDeliveries('mail', 2)).toMatchObject([
      { kind: 'contact.changed', patronId, formerEmail },
    ]);
  });

  test('applications are found by their document with a new data key, and those that wait can be read', async () => {
    await using at = await open();
    const of = { document: 'A123456(3)', application: { englishName: marks.title } };
    const ids = ['1', '2', '3', '4'].map((digit) => digit.repeat(22));
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      for (const operationId of ids) {
        await journal.receiveApplication({ operationId, ...of }, 3);
      }
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    const [found = []] = await reopened.applicationsOfDocuments([of.document]);
    expect(found.map(({ operationId }) => operationId)).toEqual(ids);
    expect(found.at(-1)).toMatchObject({ ...of, state: 'WAITING' });
    expect(await reopened.receiveApplication({ operationId: '5'.repeat(22), ...of }, 3)).toBe('WAITING');
  });

  test('what a reader chose about notices is found with a new data key, and is not in clear', async () => {
    await using at = await open();
    const chosen = { language: 'zh-Hant', switchedOff: ['hold.ready'] } as const;
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      const change = { language: chosen.language, switchOn: [], switchOff: chosen.switchedOff };
      await journal.changeNoticePreferences(patronId, change);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.noticePreferences([patronId])).toEqual([chosen]);
    const rows = await at.rows(`select * from ${at.table('notice_preferences')}`);
    expect(JSON.stringify(rows)).not.toMatch(/P7777771|zh-Hant|hold/);
  });

  test('a note of staff is found, and replaced, with a new data key', async () => {
    await using at = await open();
    const note = { row: 'L7777771', patronId, colleague: 'chan', isCalled: true, text: 'No answer' };
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      await journal.keepRowNote(note);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.rowNotes([patronId])).toMatchObject([[note]]);
    await reopened.keepRowNote({ ...note, text: null });
    expect(await reopened.rowNotes([patronId])).toMatchObject([[{ ...note, text: null }]]);
    const rows = await at.rows(`select * from ${at.table('row_notes')}`);
    expect(JSON.stringify(rows)).not.toMatch(/7777771|chan/);
  });

  test('the link of a mail still switches off its notices with a new data key', async () => {
    await using at = await open();
    const switchOff = { patronId, kind: 'hold.ready' } as const;
    let sealed = '';
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      sealed = await journal.sealSwitchOff(switchOff);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.openSwitchOff(sealed)).toEqual(switchOff);
  });

  test('findings, events about cards and blocks are found with a new data key, and nothing is found twice', async () => {
    await using at = await open();
    const { libraryCardNumber } = marks;
    const event = { libraryCardNumber, kind: 'CARD_BLOCKED', sequence: '9', at: new Date() } as const;
    const evidence = {
      libraryCardNumber,
      patronStatus: 'ACTIVE',
      cardState: 'ACTIVE',
      event: null,
      loans: [],
    };
    const finding = { kind: 'CARD_BLOCKED', patronId: marks.patronId, evidence } as const;
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      await journal.keepCardEvents([{ ...event, isOurs: true }], {
        from: '0',
        sequence: '9',
        since: null,
      });
      await journal.keepStandingBlocks(marks.patronId, [libraryCardNumber]);
      await journal.recordPatronFindings([finding]);
      await journal.markSuspects('PATRON', [marks.patronId]);
      await journal.markSuspects('CARD', [libraryCardNumber]);
      const [{ id = '' } = {}] = await journal.openFindingsOf([marks.patronId]);
      const change = { state: 'ACKNOWLEDGED', by: marks.caller, reason: null } as const;
      await journal.changeFinding({ id, kind: finding.kind }, change);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.cardEventsOf([libraryCardNumber])).toMatchObject([{ block: event }]);
    expect(await reopened.standingBlocksOf(marks.patronId)).toEqual([libraryCardNumber]);
    expect(await reopened.recordPatronFindings([finding])).toMatchObject({ opened: 0 });
    for (const [kind, number] of [
      ['PATRON', marks.patronId],
      ['CARD', libraryCardNumber],
    ] as const) {
      await reopened.markSuspects(kind, [number]);
      const { last } = await reopened.bookNumbers();
      expect(await reopened.nextSuspects(kind, last, 10)).toMatchObject([{ number, marked: last }]);
    }
    expect(await reopened.openFindingsOf([marks.patronId])).toMatchObject([
      { ...finding, state: 'ACKNOWLEDGED', changed: { by: marks.caller } },
    ]);
  });

  test('the audit is read with a new data key, and a patron can still be erased', async () => {
    await using at = await open();
    const applicationId = 'A0000001';
    const reading = {
      subject: marks.caller,
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId,
    } as const;
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      await journal.record([{ ...reading, applicationId }]);
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    await reopened.record([{ ...reading, applicationId: null }]);
    expect(await reopened.readingsOfPatron(patronId, 10)).toMatchObject([
      { ...reading, applicationId },
      { ...reading, applicationId: null },
    ]);
    expect(await reopened.readingsOfApplication(applicationId, 10)).toHaveLength(1);
    expect(await readable(at)).toEqual([]);
    const [key] = await at.rows(`select key_encrypted as key from ${at.table('patron_keys')}`);
    await reopened.erase([patronId], 'none');
    expect(await reopened.readingsOfPatron(patronId, 10)).toEqual([]);
    // The encrypted form of the key is gone from the database's files, too.
    expect((await at.dump()).includes(String(key?.key))).toBe(false);
  });

  test('merged records are found with a new data key, and their places are counted from the same epoch', async () => {
    await using at = await open();
    const stayingId = 'P7777779';
    {
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      await journal.settle(await lend(journal), outcomeOf('DONE', result));
      await journal.mergePatrons({ leavingId: patronId, stayingId, operationId: 'm'.repeat(22) });
    }
    await (await at.open({ secret, replaceDataKey: true }))[Symbol.asyncDispose]();
    await using reopened = await at.open();
    expect(await reopened.mergesOf([patronId])).toEqual([{ into: stayingId, from: [] }]);
    expect(await reopened.placesNow(stayingId, 'LOAN')).toEqual({
      epoch: 1n,
      holders: [],
      mergedFrom: [patronId],
      mergedInto: null,
    });
    expect((await reopened.placesSince(stayingId, 'LOAN', 0n)).doneSince).toHaveLength(1);
    expect(await readable(at)).toEqual([]);
  });

  test('a new data key replaces the one before once all operations are settled', async () => {
    await using at = await open();
    const replacing: JournalSecrets = { secret: otherSecret, otherSecrets: [secret], replaceDataKey: true };
    const journal = await at.open();
    const { fingerprintKey } = journal.keys;
    const id = await lend(journal);
    const without = await beginWithout(journal);
    await journal.settle(without, outcomeOf('REFUSED', null));
    await journal[Symbol.asyncDispose]();
    await expect(at.open(replacing)).rejects.toThrow('no key to pseudonyms is kept yet');
    {
      await using settling = await at.open();
      await settling.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
    }
    await expect(at.open(replacing)).rejects.toThrow('1 operations are unsettled');
    {
      await using settling = await at.open();
      await settling.settle(id, outcomeOf('DONE', result));
    }
    await (await at.open(replacing))[Symbol.asyncDispose]();

    await using reopened = await at.open({ secret: otherSecret });
    expect(reopened.keys.fingerprintKey).not.toEqual(fingerprintKey);
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

  test('in a database of before there were data keys, the secret is the data key', async () => {
    await using at = await open();
    await at.migrateTo(9);
    const { proof } = createEncryption(secret);
    await at.exec(`insert into ${at.table('secrets')} (proof) values ('${proof}')`);
    await expect(at.open({ secret: otherSecret })).rejects.toThrow(/another secret/);
    for (const secrets of [
      { secret: otherSecret, otherSecrets: [secret] },
      { secret: otherSecret },
    ] satisfies JournalSecrets[]) {
      await using journal = await at.open(secrets);
      expect(journal.keys.fingerprintKey).toEqual(secret);
    }
    expect(await at.rows(`select proof from ${at.table('secrets')}`)).toEqual([{ proof }]);
  });

  test('without a secret nothing encrypted is read or written', async () => {
    await using at = await open();
    await (await at.open())[Symbol.asyncDispose]();
    await using journal = await at.open({ secret: null });
    await expect(journal.find(caller, reference)).rejects.toThrow(StoreUnavailable);
    await expect(lend(journal)).rejects.toThrow(StoreUnavailable);
    expect(() => journal.keys.fingerprintKey).toThrow(StoreUnavailable);
    await expect(journal.readingsOfPatron(patronId, 10)).rejects.toThrow(StoreUnavailable);
  });
}

describe('in SQLite', () => encryptionContract(sqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('in PostgreSQL', server.reason);
} else {
  describe('in PostgreSQL', () => {
    encryptionContract(postgresAt(server));

    test('the data key is not replaced while another process is connected', async () => {
      await using at = await postgresAt(server)();
      await using journal = await at.open();
      await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      await expect(at.open({ secret, replaceDataKey: true })).rejects.toThrow('stop all subgraphs');
    });

    test('the data key is replaced while others keep their own state in the same database', async () => {
      await using database = await server.createDatabase();
      const { url } = database;
      {
        await using journal = await openPostgresJournal({ url, tls: null, secret });
        await journal.keys.agreeOnPseudonymKey({ key: pseudonyms, isConfigured: true });
      }
      await using signIn = await openPostgresState({ url, tls: null, owner: 'sign-in', secrets: [secret] });
      await using web = await openPostgresState({ url, tls: null, owner: 'web', secrets: [secret] });
      await using rates = await openSharedBudgets({ url, tls: null, migrates: true });
      await using _journal = await openPostgresJournal({ url, tls: null, secret, replaceDataKey: true });
      // The replacement of the key has not closed the connections of these three.
      await Promise.all([signIn.ping(), web.ping(), rates.removeWhole()]);
    });
  });
}
