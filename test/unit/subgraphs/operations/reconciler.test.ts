import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JournalDatabase } from '../../../../adapters/journal/port.ts';
import { openSqliteJournal } from '../../../../adapters/journal/sqlite/index.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { type Reconcile, startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { secret } from '../../../support/journal-secret.ts';

/** Ten looks in a second per thousand operations would be as many as a desk's check-outs. */
const open = 1_000;

let folder: string;
let journal: JournalDatabase;
let settler: AsyncDisposable | null;
let now: number;
/** Looks, by the operation and the time, in milliseconds from the beginning. */
let reconcilers: { readonly id: string; readonly at: number }[];
/** Whoever waits for the time to pass, and until when. */
let waiting: { readonly until: number; readonly go: () => void }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settler-'));
  now = 0;
  reconcilers = [];
  waiting = [];
  settler = null;
  const clock = () => new Date(Date.UTC(2026, 10, 24) + now);
  journal = await openSqliteJournal({
    secret,
    path: join(folder, 'journal.sqlite'),
    clock,
    sync: async () => {},
  });
});
afterEach(async () => {
  await settler?.[Symbol.asyncDispose]();
  await journal[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function beginMany(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await journal.begin({
      ...{ caller: 'c', reference: `${number}`, kind: 'CHANGE', fingerprint: 'f', details: null },
      ...{ sendWithinMs: 0, reconcileAfterMs: 0 },
    });
  }
}

function settle(look: Reconcile): void {
  settler = startReconciler({
    journal,
    log: { warn: () => undefined, error: () => undefined },
    reconcilers: {
      CHANGE(due, signal) {
        reconcilers.push({ id: due.operation.id, at: now });
        return look(due, signal);
      },
    },
    wait(ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ until: now + ms, go: resolve });
      signal.addEventListener('abort', () => resolve());
      return promise;
    },
  });
}

/** The time goes on to each moment that somebody waits for, until so many milliseconds have passed. */
async function pass(ms: number): Promise<void> {
  const until = now + ms;
  for (;;) {
    // Both its loops wait for a time again: all that is to be done at this one is done.
    await expect.poll(() => waiting.length, { interval: 1, timeout: 5_000 }).toBe(2);
    const next = Math.min(...waiting.map((one) => one.until));
    if (next > until) {
      break;
    }
    now = next;
    const due = waiting.filter((one) => one.until === next);
    waiting = waiting.filter((one) => one.until !== next);
    for (const { go } of due) {
      go();
    }
  }
  now = until;
}

const lookedAtIn = (from: number, to: number) => reconcilers.filter(({ at }) => at >= from && at < to);

test.each<[string, Reconcile]>([
  ['stay open', async () => 300],
  ['cannot be asked about', async () => Promise.reject(new UpstreamError('circulation', 'unreachable', 'x'))],
  ['nobody foresaw', async () => Promise.reject(new Error('x'))],
])(
  'a thousand operations that %s cost a bounded number of reconcilers, and all get theirs',
  async (_what, look) => {
    await beginMany(open);
    settle(look);
    await pass(60_000);
    for (let second = 0; second < 60; second += 1) {
      expect(lookedAtIn(second * 1_000, (second + 1) * 1_000).length).toBeLessThanOrEqual(32);
    }
    // In the order in which they have waited: nobody has a second look before everybody had the first.
    const first = reconcilers.slice(0, open);
    expect(new Set(first.map(({ id }) => id)).size).toBe(open);
  },
);

test('an operation that stays open is looked at ever more rarely, and never a quarter of its age too late', async () => {
  await beginMany(1);
  settle(async () => 300);
  await pass(600_000);
  const times = reconcilers.map(({ at }) => at);
  expect(lookedAtIn(0, 60_000).length).toBeLessThan(25);
  expect(lookedAtIn(300_000, 600_000).length).toBeLessThanOrEqual(11);
  for (const [index, at] of times.entries()) {
    const before = times[index - 1] ?? 0;
    // Two pauses more: it is looked at when the next batch is.
    expect(at - before).toBeLessThanOrEqual(Math.max(500, before / 4) + 1_000);
  }
});

test('one that is settled is not looked at again', async () => {
  await beginMany(40);
  settle(async ({ operation }) => {
    await journal.settle(operation.id, { state: 'DONE', result: null });
    return null;
  });
  await pass(60_000);
  expect(reconcilers).toHaveLength(40);
});
