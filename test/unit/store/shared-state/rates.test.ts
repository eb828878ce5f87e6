import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SharedBudgets } from '../../../../store/shared-state/port.ts';
import { openSharedBudgets } from '../../../../store/shared-state/postgres/rates.ts';
import { findPostgres, type PostgresDatabase, requireServer } from '../../../support/postgres.ts';

let resources: AsyncDisposableStack;
let database: PostgresDatabase;
let one: SharedBudgets;
let other: SharedBudgets;
beforeAll(async () => {
  resources = new AsyncDisposableStack();
  database = await resources.use(requireServer(await findPostgres())).createDatabase();
  const open = () => openSharedBudgets({ url: database.url, tls: null, migrates: true });
  // Both processes create the tables at the same time.
  [one, other] = await Promise.all([open(), open()]);
  resources.use(one);
  resources.use(other);
}, 60_000);
afterAll(() => resources.disposeAsync());

const taken = (key: string, takenMs: number) => ({ key, takenMs, maxDebtMs: 100_000 });
const near = (ms: number) => expect.closeTo(ms, -3);

test('a process learns what another has taken, in the order in which it asked', async () => {
  expect(await one.settle([taken('b', 20_000), taken('a', 10_000)])).toEqual([near(20_000), near(10_000)]);
  expect(await other.settle([taken('a', 5_000), taken('c', 1_000)])).toEqual([near(15_000), near(1_000)]);
});

test('a debt is paid back with time, and is bounded', async () => {
  await one.settle([taken('d', 500)]);
  await setTimeout(600);
  const [debt = 0] = await other.settle([taken('d', 5_000)]);
  expect(debt).toBeLessThanOrEqual(5_000);
  expect(await one.settle([taken('e', 400_000)])).toEqual([near(100_000)]);
  expect(await one.settle([taken('e', 400_000)])).toEqual([near(100_000)]);
});

test('processes that settle the same thousand budgets at once count each once', async () => {
  const all = Array.from({ length: 1000 }, (_, index) => taken(`many ${index}`, 50_000));
  const rounds = await Promise.all([one.settle(all), other.settle([...all].reverse()), one.settle(all)]);
  expect(rounds.map(({ length }) => length)).toEqual([1000, 1000, 1000]);
  expect(await other.settle([taken('many 0', 0), taken('many 999', 0)])).toEqual([
    near(100_000),
    near(100_000),
  ]);
});

test('whole budgets are removed, and nothing of a key is more than what was given', async () => {
  await one.settle([taken('soon whole', 1)]);
  await setTimeout(20);
  await other.removeWhole();
  const rows = await database.query("select key from patron_graph_rates_1.budgets where key = 'soon whole'");
  expect(rows).toEqual([]);
});

test('a database without the tables is refused where they must not be made; no error quotes the URL', async () => {
  await using empty = await resources.use(requireServer(await findPostgres())).createDatabase();
  const opening = openSharedBudgets({ url: empty.url, tls: null, migrates: false });
  await expect(opening).rejects.toThrow(/^shared state: PostgreSQL: the database lacks the tables/);
  const nowhere = openSharedBudgets({
    url: 'postgresql://somebody:secret@127.0.0.1:1/nothing',
    tls: null,
    migrates: true,
  });
  await expect(nowhere).rejects.toMatchObject({
    name: 'SharedStateUnavailable',
    message: expect.not.stringContaining('secret'),
  });
}, 60_000);
