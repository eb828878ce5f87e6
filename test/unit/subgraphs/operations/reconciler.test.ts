import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { type JournalDatabase, outcomeOf } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { type Reconcile, startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { secret } from '../../../support/journal-secret.ts';
import { placeEmptyJournal } from '../../../support/set-up/empty-journal.ts';

/** The number of unsettled operations. Their reconciliations must not overload circulation. */
const open = 1_000;

let folder: string;
let journal: JournalDatabase;
let reconciler: AsyncDisposable | null;
let now: number;
/** All reconciliations so far: the operation, and the time in ms since the start. */
let reconciliations: { readonly id: string; readonly at: number }[];
/** The number of reconciliations that have begun and whose next time is not stored yet. */
let running: number;
/**
 * The waits that have not ended yet: the two loops wait, and each lease waits until it is prolonged. `ms` is the length
 * of a wait, `until` its end.
 */
let waiting: { readonly ms: number; readonly until: number; readonly go: () => void }[];
/** The time between two prolongations of a lease, in ms. */
const prolongEveryMs = 5_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reconciler-'));
  now = 0;
  reconciliations = [];
  waiting = [];
  running = 0;
  reconciler = null;
  const clock = () => new Date(Date.UTC(2026, 10, 24) + now);
  const path = join(folder, 'journal.sqlite');
  await placeEmptyJournal(path);
  journal = await openSqliteJournal({ secret, path, clock, sync: async () => {} });
});
afterEach(async () => {
  await reconciler?.[Symbol.asyncDispose]();
  await journal[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function begin(reference: string): Promise<string> {
  const { operation } = await journal.begin({
    caller: 'c',
    reference,
    kind: 'CHANGE',
    fingerprint: 'f',
    details: null,
    sendWithinMs: 0,
    arriveWithinMs: null,
    reconcileAfterMs: 0,
    patronId: null,
    isUnlisted: false,
  });
  return operation.id;
}

async function beginMany(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await begin(`${number}`);
  }
}

function settle(reconcile: Reconcile): void {
  const ended = new Set<string>();
  reconciler = startReconciler({
    journal: {
      ...journal,
      async reconcileAgain(id, afterMs) {
        await journal.reconcileAgain(id, afterMs);
        running -= ended.delete(id) ? 1 : 0;
      },
    },
    log: { warn: () => undefined, error: () => undefined },
    reconcilers: {
      CHANGE(due, signal) {
        const { id } = due.operation;
        reconciliations.push({ id, at: now });
        running += 1;
        return reconcile(due, signal).finally(() => ended.add(id));
      },
    },
    wait(ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const one = { ms, until: now + ms, go: resolve };
      waiting.push(one);
      signal.addEventListener('abort', () => {
        waiting = waiting.filter((other) => other !== one);
        resolve();
      });
      return promise;
    },
    monotonic: () => now,
  });
}

/**
 * Moves the time from one end of a wait to the next, until `ms` have passed. `hanging` is the number of reconciliations
 * that don't end in that time.
 */
async function pass(ms: number, hanging = 0): Promise<void> {
  const until = now + ms;
  for (;;) {
    // Both loops wait again, and only the hanging reconciliations run. So everything else that is due now is done.
    const loops = () => waiting.filter(({ ms: forMs }) => forMs !== prolongEveryMs).length;
    await expect.poll(() => [loops(), running], { interval: 1, timeout: 5_000 }).toEqual([2, hanging]);
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
    // The operations that have waited longest come first. None is reconciled twice before all were reconciled once.
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
    // The bound includes two pauses, together a second long, because an operation is reconciled with the next batch.
    expect(at - before).toBeLessThanOrEqual(Math.max(500, before / 4) + 1_000);
  }
});

test('a settled operation is not reconciled again', async () => {
  await beginMany(40);
  settle(async ({ operation }) => {
    await journal.settle(operation.id, outcomeOf('DONE', null));
    return null;
  });
  await pass(60_000);
  expect(reconciliations).toHaveLength(40);
});

describe('a reconciliation that takes minutes, such as that of a long procedure,', () => {
  const minuteMs = 60_000;
  let slow: string;
  let end: () => void;
  /**
   * For each reconciliation of another operation, how long ago this process observed that operation's request, in ms.
   * The time is measured by this process's own clock.
   */
  let observedMs: number[];

  beforeEach(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    end = resolve;
    observedMs = [];
    slow = await begin('slow');
    settle(async ({ operation, observedMs: sinceSent }) => {
      if (operation.id === slow) {
        await promise;
      } else {
        observedMs.push(sinceSent);
      }
      return 300;
    });
    await pass(1_000, 1);
  });
  afterEach(() => end());

  test('delays no other operation, nor the looks at the journal’s clock', async () => {
    await pass(minuteMs, 1);
    const other = await begin('due meanwhile');
    const begunAt = now;
    await pass(minuteMs, 1);
    const first = reconciliations.find(({ id }) => id === other);
    expect((first?.at ?? Number.POSITIVE_INFINITY) - begunAt).toBeLessThanOrEqual(1_000);
    expect(observedMs.at(-1)).toBeGreaterThan(minuteMs / 2);
  });

  test('is made once, for its lease is prolonged until it ends', async () => {
    for (let second = 0; second < 60; second += 1) {
      await pass(1_000, 1);
      // Another process gets nothing, because the lease still holds.
      expect(await journal.takeDue(100, 0)).toEqual([]);
    }
    expect(reconciliations.map(({ id }) => id)).toEqual([slow]);
    end();
    await pass(minuteMs);
    expect(reconciliations.length).toBeGreaterThan(1);
  });

  test('that hangs is left to other processes when its lease has run out, and not made once more by this one', {
    timeout: 60_000,
  }, async () => {
    await pass(11 * minuteMs, 1);
    expect(reconciliations.map(({ id }) => id)).toEqual([slow]);
    // Now another process can take the operation.
    expect((await journal.takeDue(100, 15_000)).map(({ operation }) => operation.id)).toEqual([slow]);
  });
});
