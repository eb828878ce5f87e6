/** The clock of the index's database is set, while a process looks at the progress of the index. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IndexDatabase, ToRead } from '../../../../store/index/port.ts';
import { openSqliteIndex } from '../../../../store/index/sqlite/index.ts';
import { openLists, stateOf } from '../../../support/index/open-lists.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

const hourMs = 3_600_000;
const steps = [
  ['forward', hourMs],
  ['back', -hourMs],
] as const;
const mark = (key: string): ToRead => ({ kind: 'CARD', key });

let resources: AsyncDisposableStack;
let index: IndexDatabase;
let monotonicMs: number;
let setByMs: number;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  [monotonicMs, setByMs] = [0, 0];
  const { path } = resources.use(await openTemporaryFolder());
  index = resources.use(
    await openSqliteIndex({
      path: join(path, 'index.sqlite'),
      dataKey: new Uint8Array(32),
      clock: () => new Date(Date.parse('2026-11-26T10:00:00Z') + monotonicMs + setByMs),
      monotonic: () => monotonicMs,
    }),
  );
  await index.begin();
  await openLists(index);
});
afterEach(() => resources.disposeAsync());

const pass = (ms: number) => {
  monotonicMs += ms;
};
const apply = async () => {
  const { id } = await stateOf(index);
  await index.applyEvents(id, [], { sequence: '1', upTo: null }, '0');
};
const ageMs = async () => (await index.progress()).ageMs;

test.each(steps)('an index whose events are not read grows old as before: %s', async (_way, byMs) => {
  await apply();
  pass(2_000);
  expect(await ageMs()).toBe(2_000);
  setByMs = byMs;
  pass(1_000);
  expect(await ageMs()).toBe(3_000);
  await apply();
  expect(await ageMs()).toBe(0);
});

test.each(steps)('an index with a card that is not read is as old as its mark: %s', async (_way, byMs) => {
  await apply();
  await index.markToRead([mark('21852000000033')]);
  pass(60_000);
  await apply();
  expect(await ageMs()).toBe(60_000);
  setByMs = byMs;
  pass(1_000);
  await apply();
  await index.markToRead([mark('21852000000041')]);
  expect(await ageMs()).toBe(61_000);
});

test.each(steps)('the end of the stage is expected as before: %s', async (_way, byMs) => {
  const read = async (patronsRead: number) => {
    const state = await stateOf(index);
    const position = { ...state.crawl, afterPatron: `P${patronsRead}`, patronsRead, patronsTotal: 300 };
    await index.saveCrawled(state, [], position);
    return (await index.progress()).underWay;
  };
  await index.progress();
  pass(10_000);
  expect(await read(100)).toMatchObject({ perSecond: 10, leftMs: 20_000 });
  setByMs = byMs;
  pass(10_000);
  expect(await read(200)).toMatchObject({ perSecond: 10, leftMs: 10_000 });
});
