import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readMigrations } from '../../../../store/journal/migrations.ts';
import { outcomeOf } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { caller, checkOut, lent, loanOf } from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';

/** A path in a folder that doesn't exist yet. */
async function newPath(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  return {
    path: join(folder, 'data', 'journal.sqlite'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('the file is readable by its owner alone, with the files beside it', async () => {
  await using place = await newPath();
  await using journal = await openSqliteJournal({ ...place, secret });
  await lent(journal, loanOf('P0000001'));
  const folder = join(place.path, '..');
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) {
    expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
  }
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('the file keeps nothing of removed details and removed operations', async () => {
  await using place = await newPath();
  let now = Date.now();
  const journal = await openSqliteJournal({ secret, ...place, clock: () => new Date(now) });
  const marks = Array.from({ length: 200 }, (_, number) => `a secret of operation ${number}, marked`);
  for (const [number, mark] of marks.entries()) {
    const details = { mark: mark.repeat(1 + (number % 40)) };
    const { operation } = await journal.begin({ ...checkOut(`forgotten ${number}`), details });
    const keepsDetails = number % 2 !== 0;
    await journal.settle(operation.id, { ...outcomeOf('REFUSED', null), keepsDetails });
  }
  now += 31 * 24 * 60 * 60 * 1_000;
  await expect(journal.removeExpired()).resolves.toBe(marks.length);
  await journal[Symbol.asyncDispose]();
  const file = await readFile(place.path);
  expect(marks.filter((mark) => file.includes(mark))).toEqual([]);
});

test('a file that a newer program has migrated is rejected', async () => {
  await using place = await newPath();
  await (await openSqliteJournal({ ...place, secret }))[Symbol.asyncDispose]();
  const database = new DatabaseSync(place.path);
  const known = readMigrations('sqlite').length;
  database.exec(`insert into migrations (number, name) values (${known + 1}, 'newer')`);
  database.close();
  const refused = new StoreUnavailable(
    `journal: the database is at migration ${known + 1}, and this program knows ${known}: use a newer program`,
  );
  await expect(openSqliteJournal({ ...place, secret })).rejects.toThrow(refused);
});

test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
  ['a folder', (path) => mkdir(path, { recursive: true }), /EISDIR/],
  [
    'a file that is no database',
    (path) => mkdir(join(path, '..')).then(() => writeFile(path, 'x'.repeat(4_096))),
    /not a database/,
  ],
])('a path to %s is rejected', async (_what, make, reason) => {
  await using place = await newPath();
  await make(place.path);
  const error: unknown = await openSqliteJournal({ ...place, secret }).catch(
    (rejection: unknown) => rejection,
  );
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(String(error)).toMatch(reason);
});

test('a file that another process has locked is waited for, but not for ever', async () => {
  await using place = await newPath();
  await using journal = await openSqliteJournal({ ...place, secret });
  const other = new DatabaseSync(place.path);
  other.exec('begin immediate');
  await expect(journal.begin(checkOut('0012'))).rejects.toThrow(StoreUnavailable);
  // A read doesn't wait for the lock. Opening an up-to-date file doesn't wait either.
  await expect(journal.find(caller, '0012')).resolves.toBeNull();
  await (await openSqliteJournal({ ...place, secret }))[Symbol.asyncDispose]();
  other.exec('rollback');
  other.close();
  await expect(journal.begin(checkOut('0012'))).resolves.toMatchObject({ isNew: true });
});

test('a reading that SQL tries to replace stays', async () => {
  await using place = await newPath();
  await using journal = await openSqliteJournal({ ...place, secret });
  await journal.record([
    {
      subject: 'staff-1',
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId: 'P0000001',
      applicationId: null,
    },
  ]);
  using database = new DatabaseSync(place.path);
  // `replace` deletes the existing row without firing the triggers for deletion.
  const replacing =
    "replace into readings (number, at, reader, what) values (1, 0, 'nobody', 'IDENTITY_NUMBER')";
  expect(() => database.exec(replacing)).toThrow('readings are never replaced');
  await expect(journal.readingsOfPatron('P0000001', 10)).resolves.toMatchObject([{ subject: 'staff-1' }]);
});

test('what an older program has written is kept, with its locks and its audit', async () => {
  await using place = await newPath();
  await mkdir(join(place.path, '..'), { recursive: true });
  const database = new DatabaseSync(place.path);
  database.exec('create table migrations (number integer primary key, name text not null) strict');
  for (const { number, name, sql } of readMigrations('sqlite').slice(0, 3)) {
    database.exec(sql);
    database.prepare('insert into migrations (number, name) values (?, ?)').run(number, name);
  }
  const id = 'an-operation-of-before';
  database.exec(`insert into operations (id, caller, reference, kind, fingerprint, state, requested_at, send_by, details)
    values ('${id}', '${caller}', 'before', 'CHECK_OUT', 'f', 'UNSETTLED', 1000, 2000, '"details"');
    insert into claims (key, operation_id) values ('card 1', '${id}');
    insert into readings (at, reader, what, patron_id) values
      (1000, 'staff-1', 'IDENTITY_NUMBER', 'P0000001'), (2000, 'staff-2', 'PATRON_BY_IDENTITY', 'P0000001')`);
  database.close();
  await using journal = await openSqliteJournal({ ...place, secret });
  await expect(journal.find(caller, 'before')).resolves.toMatchObject({
    id,
    sendBy: new Date(2_000),
    certainAt: null,
    details: 'details',
  });
  await expect(journal.isLocked('card 1')).resolves.toBe(true);
  await journal.record([
    {
      subject: 'staff-3',
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'OPERATIONS',
      patronId: 'P0000001',
      applicationId: null,
    },
  ]);
  const readings = await journal.latestReadings('P0000001', null, 10);
  expect(readings.map(({ number, subject }) => [number, subject])).toEqual([
    [3, 'staff-3'],
    [2, 'staff-2'],
    [1, 'staff-1'],
  ]);
});
