import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { secret } from '../../../support/journal-secret.ts';
import { run } from '../../../support/processes.ts';
import { databaseOrSkip } from '../../../support/set-up/database-or-skip.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

/** The secret of a journal in PostgreSQL, as an operator sets it. */
const sharedSecret = 'a secret of the audit tests in letters';

const folder = openedForTests(openTemporaryFolder);
beforeAll(async () => {
  await writeFile(join(folder.path, 'journal.key'), secret);
  let time = '08:00';
  await using journal = await openSqliteJournal({
    secret,
    path: join(folder.path, 'journal.sqlite'),
    clock: () => new Date(`2026-11-24T${time}:00+08:00`),
  });
  time = '09:00';
  await journal.record([
    {
      subject: 'staff-7',
      clientId: 'counter',
      role: 'STAFF',
      reason: null,
      what: 'PATRON_BY_IDENTITY',
      patronId: 'P0000003',
      applicationId: null,
    },
  ]);
  time = '09:05';
  await journal.record([
    {
      subject: 'somebody else',
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId: 'P0000004',
      applicationId: null,
    },
  ]);
  time = '09:10';
  await journal.record([
    {
      subject: 'red \u001b[31mstaff',
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId: 'P0000003',
      applicationId: null,
    },
  ]);
  const changed = {
    operationId: 'x'.repeat(22),
    subject: 'P0000003',
    clientId: 'app',
    role: 'PATRON',
    signInId: null,
  } as const;
  time = '09:12';
  await journal.recordChanges(
    ['addressLines', 'telephone'].map((field) => ({ ...changed, patronId: 'P0000003', field })),
  );
  const applicationId = 'A0000001';
  time = '09:15';
  await journal.record([
    {
      subject: 'staff-8',
      clientId: 'counter',
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId: null,
      applicationId,
    },
    {
      subject: 'staff-8',
      clientId: 'counter',
      role: 'STAFF',
      reason: null,
      what: 'OPERATIONS',
      patronId: 'P0000003',
      applicationId: null,
    },
  ]);
});

async function audit(args: readonly string[], env: NodeJS.ProcessEnv = { DATA_DIR: folder.path }) {
  await using process = run('subgraphs/audit/main.ts', env, args);
  return { code: await process.exit, ...process.output };
}

describe('npm run audit', () => {
  test("lists who read or changed a patron's data, what and when, the oldest first", async () => {
    expect(await audit(['--patron', 'P0000003'])).toEqual({
      code: 0,
      stdout: [
        'at                         reader          client   what',
        '2026-11-24T09:00:00+08:00  staff-7         counter  found by identity document',
        '2026-11-24T09:10:00+08:00  red ?[31mstaff  -        whole identity number',
        '2026-11-24T09:12:00+08:00  P0000003        app      changed addressLines',
        '2026-11-24T09:12:00+08:00  P0000003        app      changed telephone',
        '2026-11-24T09:15:00+08:00  staff-8         counter  looked up operations',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  test('lists who read the numbers in an application', async () => {
    expect(await audit(['--application', 'A0000001'])).toEqual({
      code: 0,
      stdout: [
        'at                         reader   client   what',
        '2026-11-24T09:15:00+08:00  staff-8  counter  whole identity number of application A0000001',
        '',
      ].join('\n'),
      stderr: '',
    });
    const { stdout } = await audit(['--application', 'A0000002']);
    expect(stdout).toBe('Nobody has read the numbers of application A0000002.\n');
  });

  test('reads the database that all processes share', async (context) => {
    await using database = await databaseOrSkip(context);
    await using journal = await openPostgresJournal({
      secret: new TextEncoder().encode(sharedSecret),
      url: database.url,
      tls: null,
    });
    await journal.record([
      {
        subject: 'staff-9',
        clientId: null,
        role: 'STAFF',
        reason: null,
        what: 'IDENTITY_NUMBER',
        patronId: 'P0000003',
        applicationId: null,
      },
    ]);
    const { code, stdout } = await audit(['--patron', 'P0000003'], {
      DATABASE_URL: database.url,
      JOURNAL_SECRET: sharedSecret,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^at .*\n\S+\+08:00 {2}staff-9 {2}- {7}whole identity number\n$/);
  });

  test('lists nothing of a patron who was erased', async () => {
    {
      await using journal = await openSqliteJournal({ secret, path: join(folder.path, 'journal.sqlite') });
      const patronId = 'P0000006';
      await journal.record([
        {
          subject: 'staff-9',
          clientId: null,
          role: 'STAFF',
          reason: null,
          what: 'IDENTITY_NUMBER',
          patronId,
          applicationId: null,
        },
      ]);
      await journal.erase([patronId], 'none');
    }
    expect((await audit(['--patron', 'P0000006'])).stdout).toMatch(
      /^Nobody has opened the record or the loans of P0000006/,
    );
  });

  test('ends with 1 without the secret of a shared database', async () => {
    const env = { DATABASE_URL: 'postgresql://127.0.0.1:1/journal' };
    const { code, stderr } = await audit(['--patron', 'P0000003'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('JOURNAL_SECRET');
  });

  test('says so if nobody did', async () => {
    expect(await audit(['--patron', 'P0000005'])).toEqual({
      code: 0,
      stdout:
        'Nobody has opened the record or the loans of P0000005, looked them up, or changed the record or a card.\n',
      stderr: '',
    });
  });

  test('names the members of staff who have read data of the most patrons within the hour', async () => {
    await using recent = await openTemporaryFolder();
    await writeFile(join(recent.path, 'journal.key'), secret);
    await using journal = await openSqliteJournal({ secret, path: join(recent.path, 'journal.sqlite') });
    const colleagues = async () => (await audit(['--colleagues'], { DATA_DIR: recent.path })).stdout;
    expect(await colleagues()).toBe('Nobody has read data of a patron within the last hour.\n');
    const by = { subject: 'staff-7', clientId: 'counter', role: 'STAFF', reason: null } as const;
    await journal.record(
      ['P0000003', 'P0000004'].map(
        (patronId) => ({ ...by, what: 'RECORD', patronId, applicationId: null }) as const,
      ),
    );
    expect(await colleagues()).toBe('colleague  client   patrons\nstaff-7    counter  2\n');
  });

  test('writes the audit as it grows, and goes on where it was stopped', async () => {
    await using copy = await openTemporaryFolder();
    await writeFile(join(copy.path, 'journal.key'), secret);
    const path = join(copy.path, 'journal.sqlite');
    const clock = () => new Date(Date.now() - 60_001);
    await using journal = await openSqliteJournal({ secret, path, clock });
    const opened = { subject: 'staff-7', clientId: 'counter', role: 'STAFF', applicationId: null } as const;
    const open = (patronId: string) =>
      journal.record([{ ...opened, what: 'RECORD', reason: 'READER_ASKED', patronId }]);
    const follow = () =>
      run('subgraphs/audit/main.ts', { DATA_DIR: copy.path }, ['--follow', join(copy.path, 'position')]);
    await open('P0000003');
    {
      await using following = follow();
      const [line] = await following.says(/.+\n/);
      expect(JSON.parse(line)).toEqual({
        entry: 'R1',
        at: expect.stringMatching(/\+08:00$/),
        colleague: 'staff-7',
        clientId: 'counter',
        role: 'STAFF',
        reason: 'READER_ASKED',
        what: 'RECORD',
        patronId: 'P0000003',
        applicationId: null,
      });
      await open('P0000004');
      await following.says(/R2.+P0000004/);
      following.child.kill('SIGTERM');
      expect(await following.exit).toBe(0);
    }
    await open('P0000005');
    await using following = follow();
    const [line] = await following.says(/.+\n/);
    expect(line).toContain('P0000005');
    following.child.kill('SIGTERM');
    expect(await following.exit).toBe(0);
  });

  test('explains itself with --help', async () => {
    const { code, stdout, stderr } = await audit(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: npm run --silent audit/);
  });

  test.each([
    ['no patron', [], 'Give --patron, --application, --colleagues or --follow'],
    ['no patron number', ['--patron', 'CHAN'], '--patron takes a patron number, as in P0000001.'],
    ['no number', ['--application', 'A 1'], '--application takes the number of an application'],
    ['both', ['--application', 'A0000001', '--patron', 'P0000001'], 'only one of them'],
    ['an unknown option', ['--all'], "Unknown option '--all'"],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await audit(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage:');
  });

  test('ends with 1 if there is no journal, and creates none', async () => {
    await using empty = await openTemporaryFolder();
    const { code, stdout, stderr } = await audit(['--patron', 'P0000003'], { DATA_DIR: empty.path });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('There is no journal at ');
    expect(await readdir(empty.path)).toEqual([]);
  });

  test('ends with 1 if the database is unreachable, and doesn’t print its password', async () => {
    const env = {
      DATABASE_URL: 'postgresql://reader:secret-word@127.0.0.1:1/journal',
      JOURNAL_SECRET: sharedSecret,
    };
    const { code, stdout, stderr } = await audit(['--patron', 'P0000003'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('secret-word');
  });
});
