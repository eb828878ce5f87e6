import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  keyTimes,
  needsNext,
  openSigningKeys,
  pairsInOrder,
} from '../../../../edge/sign-in/provider/signing-keys.ts';
import type { SealedState } from '../../../../store/shared-state/port.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';

const start = Date.parse('2026-11-24T12:00:00+08:00');
const dayMs = 24 * 60 * 60 * 1000;
const silent = { warn: () => {} };

let folder: string;
let state: SealedState;
let now = start;
beforeEach(async () => {
  now = start;
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
  state = await openSqliteState({
    owner: 'sign-in',
    path: join(folder, 's.sqlite'),
    secrets,
    now: () => now,
  });
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const pair = (generation: number, createdAt: number) => ({ generation, createdAt, keys: [] });
const generationsOf = (pairs: readonly { generation: number }[] | null) =>
  pairs?.map(({ generation }) => generation);

test('the first pair signs at once; each later one a day after it was published', () => {
  const pairs = [pair(2, start + 30 * dayMs), pair(1, start)];
  expect(generationsOf(pairsInOrder([pair(1, start)], start))).toEqual([1]);
  expect(generationsOf(pairsInOrder(pairs, start + 31 * dayMs - 1))).toEqual([1, 2]);
  expect(generationsOf(pairsInOrder(pairs, start + 31 * dayMs))).toEqual([2, 1]);
  expect(pairsInOrder([], start)).toBeNull();
});

test('a pair is made when there is none, and when the newest is 30 days old', () => {
  expect(needsNext([], start)).toBe(true);
  expect(needsNext([pair(1, start)], start + keyTimes.signsMs - 1)).toBe(false);
  expect(needsNext([pair(1, start)], start + keyTimes.signsMs)).toBe(true);
  expect(needsNext([pair(1, start), pair(2, start + keyTimes.signsMs)], start + keyTimes.signsMs)).toBe(
    false,
  );
});

test('processes that start at the same moment have the same keys', async () => {
  const opened = await Promise.all(
    Array.from({ length: 4 }, () => openSigningKeys(state, () => now, silent)),
  );
  const kids = opened.map((keys) =>
    keys
      .current()
      .keys.map(({ kid }) => kid)
      .join(' '),
  );
  expect(new Set(kids).size).toBe(1);
  for (const keys of opened) {
    keys[Symbol.dispose]();
  }
});

test('keys rotate: published before they sign, and after, and gone in the end; what is private is never published', async () => {
  using keys = await openSigningKeys(state, () => now, silent);
  const [first] = keys.current().keys;
  now = start + keyTimes.signsMs;
  await keys.refresh();
  expect(keys.current().keys).toHaveLength(4);
  expect(keys.current().keys[0]).toEqual(first);
  now += keyTimes.announcedMs;
  await keys.refresh();
  const [second] = keys.current().keys;
  expect(second?.kid).not.toBe(first?.kid);
  expect(keys.current().publicKeys.map(({ kid }) => kid)).toContain(first?.kid);
  now += keyTimes.verifiesMs;
  await keys.refresh();
  expect(keys.current().keys.map(({ kid }) => kid)).not.toContain(first?.kid);
  for (const key of keys.current().publicKeys) {
    expect(Object.keys(key).filter((name) => /^(d|p|q|dp|dq|qi|k|oth)$/.test(name))).toEqual([]);
  }
});

test('a set is the same object as long as nothing changed', async () => {
  using keys = await openSigningKeys(state, () => now, silent);
  const before = keys.current();
  await keys.refresh();
  expect(keys.current()).toBe(before);
});
