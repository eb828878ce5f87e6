import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { recordUsage } from '../../../../gateway/usage/record-usage.ts';
import {
  type DayOfUsage,
  SharedStateUnavailable,
  type UsageStore,
} from '../../../../store/shared-state/port.ts';

const schema = buildSchema('type Query { book: String }');
const requested = { document: parse('{ book }'), variables: {}, schema };
const operation = { name: null, cached: { hash: 'aa', text: '{ book }' }, literals: {} };
const client = { client: 'kiosk', version: '', isVerified: true };
const noon = Date.parse('2026-11-30T12:00:00Z');

test('usage is written in intervals, an outage loses none of it, and old days are removed', async () => {
  const added: DayOfUsage[] = [];
  const removed: string[] = [];
  const told: boolean[] = [];
  let isDown = false;
  const store: UsageStore = {
    async add(usage) {
      if (isDown) {
        throw new SharedStateUnavailable('shared state: down');
      }
      added.push(usage);
    },
    async removeBefore(day) {
      removed.push(day);
    },
    read: () => Promise.reject(new Error('not read')),
    async [Symbol.asyncDispose]() {},
  };
  const pauses: (() => void)[] = [];
  const recorder = recordUsage({
    open: async () => store,
    now: () => noon,
    onRecorded: (isRecorded) => told.push(isRecorded),
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        pauses.push(resolve);
        signal.addEventListener('abort', () => resolve());
      }),
  });
  const nextWrite = async () => {
    const before = pauses.length;
    pauses.at(-1)?.();
    await expect.poll(() => pauses.length).toBeGreaterThan(before);
  };
  await expect.poll(() => pauses.length).toBe(1);
  // 90 days with today.
  expect(removed).toEqual(['2026-09-02']);
  isDown = true;
  recorder.count(client, operation, requested);
  await nextWrite();
  expect(added).toEqual([]);
  isDown = false;
  recorder.count(client, operation, requested);
  await nextWrite();
  expect(added.map(({ operations }) => operations[0]?.requests)).toEqual([2]);
  expect(told).toEqual([true, false, true]);
  recorder.count(client, operation, requested);
  await recorder[Symbol.asyncDispose]();
  expect(added.at(-1)?.operations[0]?.requests).toBe(1);
  expect(removed).toHaveLength(1);
});
