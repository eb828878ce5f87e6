import { execFileSync } from 'node:child_process';
import { fdatasync } from 'node:fs';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Journal, type JournalDatabase, outcomeOf } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
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

const patron = 'P0000001';
const reading = {
  subject: 'staff-1',
  clientId: null,
  role: 'STAFF',
  reason: null,
  what: 'IDENTITY_NUMBER',
  patronId: patron,
  applicationId: null,
} as const;

async function newFolder(): Promise<{ readonly folder: string; readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  return {
    folder,
    path: join(folder, 'journal.sqlite'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/**
 * A disk that keeps only the content that the file had when a sync began. A crash of the machine can't leave less. The
 * disk is slow, so that much is written during a sync.
 */
function diskOf(path: string) {
  let kept = 0;
  let begun = 0;
  const copyOf = (number: number) => `${path}.${number}`;
  return {
    async sync(): Promise<void> {
      begun += 1;
      const number = begun;
      await copyFile(path, copyOf(number));
      await copyFile(`${path}-wal`, `${copyOf(number)}-wal`);
      await setTimeout(2);
      kept = number;
    },
    syncs: () => begun,
    /** Opens the journal that a crash at this moment would leave. */
    afterCrash: (): Promise<JournalDatabase> => openSqliteJournal({ secret, path: copyOf(kept) }),
  };
}

async function expectKept(journal: Journal, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    await expect(journal.find(caller, reference)).resolves.toMatchObject({ state: 'DONE' });
  }
}

test('what was reported outlives a crash of the machine at any moment, at the cost of few syncs', async () => {
  await using place = await newFolder();
  const disk = diskOf(place.path);
  await using journal = await openSqliteJournal({ secret, ...place, sync: disk.sync });
  const done: string[] = [];
  const station = async () => {
    for (let count = 0; count < 10; count += 1) {
      const { operation } = await journal.begin(checkOut(`${count} ${Math.random()}`));
      const since = await epochOf(journal, patron);
      await journal.reserve(operation.id, loanOf(patron, { since }), always);
      await journal.settle(operation.id, outcomeOf('DONE', null));
      done.push(operation.reference);
    }
  };
  const stations = Promise.all(Array.from({ length: 8 }, station));
  for (let crash = 0; crash < 10; crash += 1) {
    await setTimeout(5);
    const told = [...done];
    await using left = await disk.afterCrash();
    await expectKept(left, told);
    // The remaining commits are the first ones, without a gap. So the epoch matches the places.
    const { doneSince } = await left.placesSince(patron, 'LOAN', 0n);
    await expect(epochOf(left, patron)).resolves.toBe(BigInt(doneSince.length));
  }
  await stations;
  expect(done).toHaveLength(80);
  // If commits did not share syncs, each check-out would need two.
  expect(disk.syncs()).toBeLessThan(80);
});

test.each<[string, (journal: JournalDatabase) => Promise<(left: JournalDatabase) => Promise<unknown>>]>([
  [
    'an operation that may be sent',
    async (journal) => {
      const { reference } = await begun(journal, { sendWithinMs: 2_000 });
      return (left) => left.find(caller, reference);
    },
  ],
  [
    'an operation that a repeated `begin` returned',
    async (journal) => {
      await journal.begin(checkOut('0012'));
      await journal.begin(checkOut('0012'));
      return (left) => left.find(caller, '0012');
    },
  ],
  [
    'an operation that was found by its reference',
    async (journal) => {
      const { reference } = await begun(journal);
      await journal.find(caller, reference);
      return (left) => left.find(caller, reference);
    },
  ],
  [
    'an operation that was found by its id',
    async (journal) => {
      const { id } = await begun(journal);
      await journal.findById(id);
      return (left) => left.findById(id);
    },
  ],
  [
    'an operation that holds a place, and what was written before it',
    async (journal) => {
      const { id } = await begun(journal);
      await reserved(journal, loanOf(patron));
      return (left) => left.findById(id);
    },
  ],
  [
    'a lock, once its operation may be sent',
    async (journal) => {
      const { id } = await begun(journal);
      await journal.lock(id, ['card']);
      await journal.allowSending(id, 'a plan', 2_000);
      return async (left) => ((await left.isLocked('card')) ? left.findById(id) : null);
    },
  ],
  [
    'an operation that was handed out',
    async (journal) => {
      const { id } = await begun(journal, { reconcileAfterMs: 0 });
      await journal.takeDue(10, 1_000);
      return (left) => left.findById(id);
    },
  ],
  [
    'an attempt',
    async (journal) => {
      await journal.attempt('key', 1, 60_000);
      return async (left) => ('until' in (await left.attempt('key', 1, 60_000)) ? 'counted' : null);
    },
  ],
  [
    'a reading',
    async (journal) => {
      await journal.record([reading]);
      return async (left) => (await left.readingsOfPatron(patron, 1))[0] ?? null;
    },
  ],
])('a crash of the machine leaves %s', async (_what, write) => {
  await using place = await newFolder();
  const disk = diskOf(place.path);
  await using journal = await openSqliteJournal({ secret, ...place, sync: disk.sync });
  const read = await write(journal);
  await using left = await disk.afterCrash();
  await expect(read(left)).resolves.not.toBeNull();
});

test('a failed sync is reported, and nothing more is written until the file is reopened', async () => {
  await using place = await newFolder();
  let isBroken = false;
  const sync = async (descriptor: number) => {
    if (isBroken) {
      throw new Error('EIO: i/o error, fdatasync');
    }
    await promisify(fdatasync)(descriptor);
  };
  await using journal = await openSqliteJournal({ secret, ...place, sync });
  const done = await lent(journal, loanOf(patron));
  const { id } = await reserved(journal, loanOf(patron));
  isBroken = true;
  const failed = new StoreUnavailable(
    'journal: what was written may not have reached the disk, and no more is written until this process is restarted: EIO: i/o error, fdatasync',
  );
  await expect(journal.settle(id, outcomeOf('DONE', null))).rejects.toThrow(failed);
  isBroken = false;
  for (const ask of [
    () => journal.begin(checkOut('0012')),
    () => journal.find(caller, done.reference),
    () => journal.findById(id),
    () => journal.reserve(id, loanOf(patron), always),
    () => journal.settle(id, outcomeOf('DONE', null)),
    () => journal.saveDetails(id, null),
    () => journal.allowSending(id, null, 1),
    () => journal.lock(id, ['key']),
    () => journal.reconcileAgain(id, 1),
    () => journal.takeDue(1, 1),
    () => journal.attempt('key', 1, 1),
    () => journal.record([reading]),
  ]) {
    await expect(ask()).rejects.toThrow(failed);
  }
  await journal[Symbol.asyncDispose]();
  await using reopened = await openSqliteJournal({ ...place, secret });
  await expect(reopened.find(caller, done.reference)).resolves.toEqual(done);
  await lent(reopened, loanOf(patron));
});

test('closing waits for writes on their way to the disk', async () => {
  await using place = await newFolder();
  const told: string[] = [];
  const sync = async (descriptor: number) => {
    await setTimeout(20);
    await promisify(fdatasync)(descriptor);
  };
  const journal = await openSqliteJournal({ secret, ...place, sync });
  const { id } = await begun(journal);
  const settling = [
    journal.settle(id, outcomeOf('DONE', null)).then(() => told.push('settled')),
    setTimeout(10)
      .then(() => journal.record([reading]))
      .then(() => told.push('recorded')),
  ];
  await setTimeout(15);
  await journal[Symbol.asyncDispose]().then(() => told.push('closed'));
  await Promise.all(settling);
  expect(told).toEqual(['settled', 'recorded', 'closed']);
});

test('the log stays the same file while it is open, whichever process opens, empties or closes it', async () => {
  await using place = await newFolder();
  await using journal = await openSqliteJournal({ ...place, secret });
  const log = `${place.path}-wal`;
  const { ino } = await stat(log);
  for (let round = 0; round < 3; round += 1) {
    const done = await lent(journal, loanOf(patron));
    const use = `const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(process.argv[1]);
      database.exec("insert into patron_epochs values ('P000000${round}0', 0); pragma wal_checkpoint(truncate)");
      database.close();`;
    execFileSync(process.execPath, ['-e', use, place.path]);
    const after = await stat(log);
    expect([after.ino, after.size]).toEqual([ino, 0]);
    await expect(journal.find(caller, done.reference)).resolves.toEqual(done);
  }
});
