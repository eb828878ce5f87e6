/**
 * The index after the database's clock was put back: the last reading replaces earlier ones, whatever time the clock
 * showed.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation, Hold } from '../../../../../adapters/circulation/port.ts';
import type { IndexDatabase } from '../../../../../store/index/port.ts';
import { refresh } from '../../../../../subgraphs/circulation/index/refresh.ts';
import type { IndexServices } from '../../../../../subgraphs/circulation/index/services.ts';
import { temporaryIndex } from '../../../../support/index/temporary-index.ts';

const card = '21852000000033';
const hourMs = 3_600_000;
const { signal } = new AbortController();

const queued: Hold = {
  id: 'H0000001',
  libraryCardNumber: card,
  titleNumber: 'B0000001',
  title: '紅樓夢',
  pickupBranch: 'HKCL',
  state: 'QUEUED',
  queuePosition: 1,
  placedAt: '2026-11-01T10:00:00+08:00',
  readyUntil: null,
  reference: null,
};
const ready: Hold = { ...queued, state: 'READY', queuePosition: null, readyUntil: '2026-12-03' };

let resources: AsyncDisposableStack;
let index: IndexDatabase;
let nowMs: number;
let hold: Hold;
let services: IndexServices;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  nowMs = Date.now();
  hold = queued;
  index = await temporaryIndex(resources, () => {
    nowMs += 1;
    return new Date(nowMs);
  });
  const circulation: Partial<Circulation> = {
    loansByCard: async (numbers) => numbers.map(() => []),
    holdsByCard: async (numbers) => numbers.map(() => [hold]),
    findItems: async () => [],
  };
  const say = () => undefined;
  services = {
    index,
    circulation,
    monotonic: () => performance.now(),
    log: { info: say, warn: say, error: say },
  } as unknown as IndexServices;
});
afterEach(() => resources.disposeAsync());

const holdsOnShelf = () =>
  index.holds({ pickupBranch: 'HKCL', shelf: 'READY', readyUntilBefore: null, after: null, maxItems: 10 });

const eventOfCard = async () => {
  await index.markToRead([{ kind: 'CARD', key: card }]);
  await refresh(services, 'circulation', signal);
};

test('a hold that became ready after the clock was put back is on the shelf', async () => {
  await index.begin();
  await eventOfCard();
  nowMs -= hourMs;
  hold = ready;
  await eventOfCard();
  expect(await holdsOnShelf()).toMatchObject([{ id: hold.id }]);
});

test('a mark from before the clock was put back goes with the next reading', async () => {
  await index.begin();
  await index.markToRead([{ kind: 'CARD', key: card }]);
  nowMs -= hourMs;
  hold = ready;
  await refresh(services, 'circulation', signal);
  expect(await index.toRead('CARD', 10)).toEqual([]);
  expect(await holdsOnShelf()).toMatchObject([{ id: hold.id }]);
});

test('a record that was set aside is read at once if its time is later than any allowed delay', async () => {
  await index.begin();
  await index.setAside([{ kind: 'CARD', key: card }], await index.startReading());
  nowMs -= hourMs;
  expect(await index.toRead('CARD', 10)).toEqual([card]);
});
