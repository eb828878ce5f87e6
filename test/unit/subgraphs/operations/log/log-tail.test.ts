import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangeLog, LogRow, LogState } from '../../../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../../../store/store-unavailable.ts';
import { type LogTail, startLogTail } from '../../../../../subgraphs/operations/log/log-tail.ts';

/** A log in memory. */
class LogInMemory implements Pick<ChangeLog, 'logState' | 'readLog'> {
  rows: LogRow[] = [];
  generation = 'one';
  removed = 0;
  reads = 0;
  isDown = false;

  add(count: number): void {
    for (let added = 0; added < count; added += 1) {
      this.rows.push({ number: this.removed + this.rows.length + 1, kind: 'OPERATION' } as LogRow);
    }
  }

  #state(): LogState {
    this.reads += 1;
    if (this.isDown) {
      throw new StoreUnavailable('journal: down');
    }
    const { generation, removed } = this;
    return { generation, newest: removed + this.rows.length, oldestKept: removed + 1 };
  }

  async logState() {
    return this.#state();
  }

  async readLog(after: number, maxItems: number) {
    const state = this.#state();
    const isGone = after < this.removed || after > state.newest;
    const rows = isGone ? [] : this.rows.slice(after - this.removed, after - this.removed + maxItems);
    return { ...state, rows, isGone };
  }
}

const never = new AbortController().signal;
let log: LogInMemory;
let tail: LogTail;
let aheadMs = 0;
let pauses: number[] = [];

beforeEach(() => {
  log = new LogInMemory();
  aheadMs = 0;
  pauses = [];
  tail = startLogTail(log, {
    monotonic: () => performance.now() + aheadMs,
    // Pauses take a hundredth of their time, and the clock shows all of it.
    async wait(ms, signal) {
      pauses.push(ms);
      await setTimeout(Math.ceil(ms / 100), undefined, { signal }).catch(() => undefined);
      aheadMs += signal.aborted ? 0 : ms;
    },
  });
});
afterEach(() => tail[Symbol.asyncDispose]());

/** Reads until this number. Resolves to all numbers, in order. */
async function readUntil(last: number, after: number): Promise<readonly number[]> {
  const numbers: number[] = [];
  while ((numbers.at(-1) ?? after) < last) {
    const page = await tail.next(log.generation, numbers.at(-1) ?? after, never);
    expect(page.isGone).toBe(false);
    expect(page.rows.length).toBeGreaterThan(0);
    numbers.push(...page.rows.map(({ number }) => number));
  }
  return numbers;
}

const upTo = (last: number, after = 0) => Array.from({ length: last - after }, (_, at) => after + at + 1);

test('knows a position that it has not read up to yet, because the log has grown by many rows', async () => {
  log.add(1);
  expect(await readUntil(1, 0)).toEqual([1]);
  log.add(1_300);
  // A stream begins at the end of the log, while another one reads on.
  const following = tail.next(log.generation, 1_301, never);
  await setTimeout(30);
  log.add(1);
  const page = await following;
  expect(page.isGone).toBe(false);
  expect(page.rows.map(({ number }) => number)).toEqual([1_302]);
});

test('gives each stream everything after its position, however slow it is', async () => {
  log.add(3);
  const fast = readUntil(7_000, 3);
  const fromTheStart = readUntil(7_000, 0);
  for (let round = 0; round < 14; round += 1) {
    await setTimeout(5);
    log.add(round === 13 ? 497 : 500);
  }
  expect(await fast).toEqual(upTo(7_000, 3));
  expect(await fromTheStart).toEqual(upTo(7_000));
  expect(await readUntil(7_000, 6_990)).toEqual(upTo(7_000, 6_990));
});

test('reads the log twice a second, once for all streams', async () => {
  const streams = Array.from({ length: 50 }, () => readUntil(1, 0));
  while (pauses.length < 10) {
    await setTimeout(5);
  }
  expect(log.reads).toBeLessThanOrEqual(12);
  expect(Math.min(...pauses.slice(1))).toBeGreaterThan(400);
  log.add(1);
  await Promise.all(streams);
  const { reads } = log;
  await setTimeout(30);
  // Nobody waits, so nothing is read.
  expect(log.reads).toBeLessThanOrEqual(reads + 1);
});

test('reads at once when it is woken', async () => {
  const reading = readUntil(1, 0);
  while (pauses.length === 0) {
    await setTimeout(1);
  }
  const shown = performance.now() + aheadMs;
  log.add(1);
  tail.wake();
  expect(await reading).toEqual([1]);
  expect(performance.now() + aheadMs - shown).toBeLessThan(400);
});

test('says when a position is gone: removed, ahead of the log, or of another generation', async () => {
  log.add(10);
  await tail.next('one', 9, never);
  log.removed = 5;
  log.rows.splice(0, 5);
  expect(await tail.next('one', 2, never)).toMatchObject({ isGone: true, rows: [], newest: 10 });
  expect(await tail.next('one', 11, never)).toMatchObject({ isGone: true });
  const waiting = tail.next('one', 10, never);
  await setTimeout(5);
  log.generation = 'two';
  expect(await waiting).toMatchObject({ isGone: true, generation: 'two' });
  expect(await tail.next('one', 7, never)).toMatchObject({ isGone: true });
  expect(await tail.next('two', 7, never)).toMatchObject({ isGone: false });
});

test('does not take a position for gone because another process has seen a newer one', async () => {
  log.add(1);
  await tail.next('one', 0, never);
  log.add(5);
  const { newest } = await log.logState();
  const next = tail.next('one', newest, never);
  await setTimeout(20);
  log.add(1);
  expect((await next).rows.map(({ number }) => number)).toEqual([7]);
});

test('waits for a log that can’t be read, and gives up after ten seconds', async () => {
  log.isDown = true;
  const waiting = readUntil(1, 0);
  await setTimeout(20);
  log.isDown = false;
  log.add(1);
  expect(await waiting).toEqual([1]);
  log.isDown = true;
  await expect(tail.next('one', 1, never)).rejects.toThrow(StoreUnavailable);
  log.isDown = false;
  log.add(1);
  expect(await readUntil(2, 1)).toEqual([2]);
});

test('ends a stream that is aborted, and all of them with the process', async () => {
  const stop = new AbortController();
  const aborted = tail.next('one', 0, stop.signal);
  const other = tail.next('one', 0, never);
  stop.abort(new Error('the client is gone'));
  await expect(aborted).rejects.toThrow('the client is gone');
  await tail[Symbol.asyncDispose]();
  await expect(other).rejects.toThrow('the process stops');
  await expect(tail.next('one', 0, never)).rejects.toThrow('the process stops');
});
