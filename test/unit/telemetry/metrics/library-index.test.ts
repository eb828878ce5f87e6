import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { IndexProgress } from '../../../../store/index/port.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { measureIndex } from '../../../../telemetry/metrics/services/library-index.ts';
import { valuesOf } from './values.ts';

const now = Date.parse('2026-11-26T10:00:00Z');

function measure(progress: () => Promise<IndexProgress>) {
  const registry = new Registry();
  measureIndex(registry, () => now).watchIndex({ progress });
  return async () => ({
    whole: await valuesOf(registry, 'patron_graph_index_whole'),
    patrons: await valuesOf(registry, 'patron_graph_index_patrons'),
    age: await valuesOf(registry, 'patron_graph_index_age_seconds'),
  });
}

test('an index that is being built shows how far it is, and how old', async () => {
  const shown = measure(async () => ({
    isWhole: false,
    isReadAgain: false,
    areDaysCounted: false,
    patronsRead: 300,
    patronsTotal: 1000,
    isOpen: true,
    underWay: {
      stage: 'PATRONS',
      done: 300,
      total: 1000,
      perSecond: 7,
      leftMs: 100_000,
    },
    // The database's clock is an hour behind this process's.
    asOf: new Date(now - 3_604_000),
    ageMs: 4_000,
  }));
  expect(await shown()).toEqual({
    whole: [{ labels: {}, value: 0 }],
    patrons: [
      { labels: { state: 'read' }, value: 300 },
      { labels: { state: 'total' }, value: 1000 },
    ],
    age: [{ labels: {}, value: 4 }],
  });
});

test('the stage under way shows its rate and its end; one that is whole has none', async () => {
  const progress: IndexProgress = {
    isOpen: false,
    isWhole: false,
    isReadAgain: false,
    areDaysCounted: true,
    patronsRead: 0,
    patronsTotal: null,
    underWay: { stage: 'CARDS', done: 40, total: 100, perSecond: 2, leftMs: 30_000 },
    asOf: null,
    ageMs: null,
  };
  const stageOf = async (known: IndexProgress) => {
    const registry = new Registry();
    measureIndex(registry, () => now).watchIndex({ progress: async () => known });
    const names = ['done', 'total', 'rate', 'end_timestamp_seconds'];
    return await Promise.all(names.map((name) => valuesOf(registry, `patron_graph_index_stage_${name}`)));
  };
  const labels = { stage: 'cards' };
  expect(await stageOf(progress)).toEqual(
    [40, 100, 2, (now + 30_000) / 1000].map((value) => [{ labels, value }]),
  );
  expect(await stageOf({ ...progress, underWay: null })).toEqual([[], [], [], []]);
});

test('one that is not begun has no age, and an unknown number of patrons before it', async () => {
  const shown = measure(async () => ({
    isWhole: false,
    isReadAgain: false,
    areDaysCounted: false,
    patronsRead: 0,
    patronsTotal: null,
    isOpen: false,
    underWay: null,
    asOf: null,
    ageMs: null,
  }));
  expect(await shown()).toEqual({
    whole: [{ labels: {}, value: 0 }],
    patrons: [{ labels: { state: 'read' }, value: 0 }],
    age: [],
  });
});

test('one that is whole is asked once in a scrape', async () => {
  let asked = 0;
  const registry = new Registry();
  measureIndex(registry, () => now).watchIndex({
    async progress() {
      asked += 1;
      return {
        isWhole: true,
        isReadAgain: false,
        areDaysCounted: true,
        patronsRead: 7,
        patronsTotal: 7,
        isOpen: true,
        underWay: null,
        asOf: new Date(now + 50),
        ageMs: 0,
      };
    },
  });
  expect(await registry.metrics()).toMatch(/^patron_graph_index_whole 1$/m);
  expect(await registry.metrics()).toMatch(/^patron_graph_index_age_seconds 0$/m);
  expect(asked).toBe(2);
});

test('where the database is away there are no figures, rather than old ones', async () => {
  const shown = measure(() => Promise.reject(new StoreUnavailable('away', { isOutage: true })));
  expect(await shown()).toEqual({ whole: [], patrons: [], age: [] });
});
