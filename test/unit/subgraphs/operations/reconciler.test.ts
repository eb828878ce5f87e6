import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JournalDatabase } from '../../../../adapters/journal/port.ts';
import { openSqliteJournal } from '../../../../adapters/journal/sqlite/index.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { type Reconcile, startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { secret } from '../../../support/journal-secret.ts';

/** A thousand unsettled operations: ten reconciliations a second for them would equal a desk's check-outs. */
const open = 1_000;

let folder: string;
let journal: JournalDatabase;
let reconciler: AsyncDisposable | null;
let now: number;
/** Reconciliations, by operation and time in ms since the beginning. */
let reconciliations: { readonly id: string; readonly at: number }[];
/** The loops that wait for time to pass, and until when. */
let waiting: { readonly until: number; readonly go: () => void }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reconciler-'));
  now = 0;
  reconciliations = [];
  waiting = [];
  reconciler = null;
  const clock = () => new Date(Date.UTC(2026, 10, 24) + now);
  journal = await openSqliteJournal({
    secret,
    path: join(folder, 'journal.sqlite'),
    clock,
    sync: async () => {},
  });
});
afterEach(async () => {
  await reconciler?.[Symbol.asyncDispose]();
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

function settle(reconcile: Reconcile): void {
  reconciler = startReconciler({
    journal,
    log: { warn: () => undefined, error: () => undefined },
    reconcilers: {
      CHANGE(due, signal) {
        reconciliations.push({ id: due.operation.id, at: now });
        return reconcile(due, signal);
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

/** Moves the time on to each moment that a loop waits for, until so many ms have passed. */
async function pass(ms: number): Promise<void> {
  const until = now + ms;
  for (;;) {
    // Both loops wait again, so everything that is due at this moment is done.
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

const reconciledIn = (from: number, to: number) => reconciliations.filter(({ at }) => at >= from && at < to);

test.each<[string, Reconcile]>([
  ['stay open', async () => 300],
  ['cannot be asked about', async () => Promise.reject(new UpstreamError('circulation', 'unreachable', 'x'))],
  ['nobody foresaw', async () => Promise.reject(new Error('x'))],
])(
  'a thousand operations that %s cost a bounded number of reconciliations, and each gets its own',
  async (_what, reconcile) => {
    await beginMany(open);
    settle(reconcile);
    await pass(60_000);
    for (let second = 0; second < 60; second += 1) {
      expect(reconciledIn(second * 1_000, (second + 1) * 1_000).length).toBeLessThanOrEqual(32);
    }
    // Longest waiting first: none is reconciled twice before all were reconciled once.
    const first = reconciliations.slice(0, open);
    expect(new Set(first.map(({ id }) => id)).size).toBe(open);
  },
);

test('an operation that stays unsettled is reconciled ever more rarely, at most a quarter of its age too late', async () => {
  await beginMany(1);
  settle(async () => 300);
  await pass(600_000);
  const times = reconciliations.map(({ at }) => at);
  expect(reconciledIn(0, 60_000).length).toBeLessThan(25);
  expect(reconciledIn(300_000, 600_000).length).toBeLessThanOrEqual(11);
  for (const [index, at] of times.entries()) {
    const before = times[index - 1] ?? 0;
    // Plus two pauses, because it is reconciled with the next batch.
    expect(at - before).toBeLessThanOrEqual(Math.max(500, before / 4) + 1_000);
  }
});

test('a settled operation is not reconciled again', async () => {
  await beginMany(40);
  settle(async ({ operation }) => {
    await journal.settle(operation.id, { state: 'DONE', result: null });
    return null;
  });
  await pass(60_000);
  expect(reconciliations).toHaveLength(40);
});
