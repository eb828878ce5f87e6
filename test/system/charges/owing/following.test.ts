import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startSimulators } from '../../../../simulators/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { startOwingFollower } from '../../../../subgraphs/charges/owing/follower.ts';
import { secret } from '../../../support/journal-secret.ts';
import { run } from '../../../support/processes.ts';
import {
  controlPayments,
  raiseCharge,
  whenOpenAgain,
  whileClosed,
} from '../../../support/services/payment-system.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { ledgerAt, owedBy, pay } from './ledger.ts';

/** The follower of the payment system's changes, over sockets, and the index that it fills. */

/** In ms. Tests wait for what must happen, and the machine may be slow. */
const timeout = 20_000;
const everyone = { minCents: 1, sinceUntil: null };
const patronIds = Array.from({ length: 30 }, (_, at) => `P${String(at + 1).padStart(7, '0')}`);

/** A simulated payment system, a journal in a file, and what each process has in it. */
async function openOwing() {
  await using resources = new AsyncDisposableStack();
  const simulators = resources.use(await startSimulators({ systems: ['rps'] }));
  const url = simulators.all.get('rps')?.url ?? '';
  const folder = resources.use(await openTemporaryFolder());
  const ledger = resources.use(ledgerAt(url));
  const lines: string[] = [];
  // A lease ends a hundred times sooner.
  const monotonic = () => performance.now() * 100;
  const opened = resources.move();
  const openJournal = async (file = 'journal.sqlite') =>
    opened.use(await openSqliteJournal({ secret, path: join(folder.path, file), monotonic }));
  const journal = await openJournal();
  return {
    url,
    ledger,
    journal,
    openJournal,
    journalFile: join(folder.path, 'journal.sqlite'),
    lines,
    /** Follows as a process does, with shorter pauses. */
    follow: (into: typeof journal = journal) =>
      startOwingFollower(
        {
          owing: into,
          paymentBooks: into,
          books: into,
          ledger,
          monotonic: () => performance.now(),
          observer: {},
          log: {
            info: (_, line) => lines.push(line),
            warn: (_, line) => lines.push(line),
            error: (_, line) => lines.push(line),
          },
        },
        (ms, signal) => setTimeout(Math.min(ms, 20), undefined, { signal }).catch(() => {}),
      ),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
type Owing = Awaited<ReturnType<typeof openOwing>>;

const listed = async (journal: Owing['journal']): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (await journal.owingPatrons(everyone, 'MOST_FIRST', null, 100)).map(({ patronId, cents }) => [
      patronId,
      cents,
    ]),
  );

/** Waits until the index has what the statements say. */
async function untilSame({ ledger, journal }: Owing, of = journal): Promise<void> {
  const owed = await owedBy(ledger, patronIds);
  await expect.poll(() => listed(of), { timeout }).toEqual(owed);
  await expect.poll(async () => (await of.owingState()).ageMs, { timeout }).not.toBeNull();
}

test('has what the statements say, also while charges are raised and paid', async () => {
  await using owing = await openOwing();
  const { url, ledger, journal } = owing;
  await using _follower = owing.follow();
  await untilSame(owing);
  expect((await listed(journal)).get('P0000016')).toBeGreaterThan(0);
  const charge = await raiseCharge(url, 'P0000021', 700);
  await expect.poll(async () => (await listed(journal)).get('P0000021'), { timeout }).toBe(700);
  await pay(url, ledger, 'P0000021', charge, 300);
  await expect.poll(async () => (await listed(journal)).get('P0000021'), { timeout }).toBe(400);
  await pay(url, ledger, 'P0000021', charge, 400);
  await expect.poll(async () => (await listed(journal)).has('P0000021'), { timeout }).toBe(false);
  await untilSame(owing);
  expect(owing.lines).toEqual([]);
});

test('goes on where a killed process stopped, between changes and accounts', async () => {
  await using owing = await openOwing();
  const { url, journal, journalFile } = owing;
  const child = run('test/system/charges/owing/killed/main.ts', { RPS_URL: url, JOURNAL_FILE: journalFile });
  await child.says(/marked/);
  await child[Symbol.asyncDispose]();
  expect((await listed(journal)).size).toBe(0);
  await using _follower = owing.follow();
  await untilSame(owing);
  expect((await listed(journal)).size).toBeGreaterThan(3);
});

test('lets one of two processes follow', async () => {
  await using owing = await openOwing();
  const other = await owing.openJournal();
  const first = owing.follow();
  await untilSame(owing);
  await using _second = owing.follow(other);
  await raiseCharge(owing.url, 'P0000022', 100);
  await untilSame(owing);
  await first[Symbol.asyncDispose]();
  await raiseCharge(owing.url, 'P0000022', 200);
  await untilSame(owing, other);
});

test('says at the end of the day how old the list is, and catches up afterwards', async () => {
  await using owing = await openOwing();
  const { url, journal } = owing;
  await using _follower = owing.follow();
  await untilSame(owing);
  await controlPayments(url, whileClosed());
  await raiseCharge(url, 'P0000023', 900);
  await expect.poll(() => journal.markedOwing(null, 10), { timeout }).toHaveLength(1);
  await expect.poll(() => owing.lines.length, { timeout }).toBe(1);
  const { ageMs } = await journal.owingState();
  await setTimeout(100);
  expect((await journal.owingState()).ageMs).toBeGreaterThanOrEqual((ageMs ?? 0) + 90);
  expect((await listed(journal)).has('P0000023')).toBe(false);
  await controlPayments(url, whenOpenAgain());
  await untilSame(owing);
  expect((await listed(journal)).get('P0000023')).toBe(900);
});

test('keeps whom it knows after 400 days, and cannot learn of them again', async () => {
  await using owing = await openOwing();
  const { url, journal } = owing;
  await using _follower = owing.follow();
  await untilSame(owing);
  const before = await listed(journal);
  const { oldestAt } = await journal.owingState();
  expect(oldestAt).not.toBeNull();
  // Noon in Hong Kong, so that the payment system is open.
  await controlPayments(url, { clock: '2028-02-01T04:00:00Z' });
  await expect.poll(() => owing.lines, { timeout }).toHaveLength(1);
  expect(owing.lines[0]).toMatch(/all changes are read again/);
  await raiseCharge(url, 'P0000024', 450);
  await untilSame(owing);
  expect(await listed(journal)).toEqual(new Map([...before, ['P0000024', 450]]));
  const later = await owing.openJournal('later.sqlite');
  await using _other = owing.follow(later);
  await expect.poll(() => listed(later), { timeout }).toEqual(new Map([['P0000024', 450]]));
  expect((await later.owingState()).oldestAt?.getTime()).toBeGreaterThan(oldestAt?.getTime() ?? 0);
});

test('reads everything again when the numbers of the changes begin again', async () => {
  await using owing = await openOwing();
  const { journal } = owing;
  // The position is of another ledger: its number is there, with another time.
  await journal.followOwing('earlier', 1_000);
  await journal.saveOwingChanges('earlier', {
    oldestAt: new Date(0),
    last: { sequence: 3n, at: new Date(0) },
    patronIds: ['P0000025'],
    changes: [],
    effects: [],
    isEnd: true,
  });
  await journal.saveOwed('earlier', [
    { patronId: 'P0000025', owed: { cents: 1, charges: 1, since: new Date(0) } },
  ]);
  await journal.leaveOwing('earlier');
  await using _follower = owing.follow();
  await untilSame(owing);
  expect(owing.lines).toHaveLength(1);
});
