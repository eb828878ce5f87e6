import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { BoundCounter, BoundHistogram } from '../../../../telemetry/metrics/bound-series.ts';

const options = { name: 'patron_graph_test', help: 'For a test.', labelNames: ['one', 'two'] as const };
const buckets = [0.1, 1, 10];

test('a bound histogram shows what prom-client’s own would', async () => {
  const [bound, own] = [new Registry(), new Registry()];
  const ours = new BoundHistogram({ ...options, buckets, registry: bound });
  const theirs = new Histogram({ ...options, buckets, registers: [own] });
  const observations = [
    [0.05, 'a', 'x'],
    [0.1, 'a', 'x'],
    [0.5, 'a', 'y'],
    [11, 'a', 'x'],
    [1, 'b', 'x'],
  ] as const;
  for (const [value, one, two] of observations) {
    ours.observe(value, one, two);
    theirs.observe({ one, two }, value);
  }
  expect((await bound.metrics()).split('\n').sort()).toEqual((await own.metrics()).split('\n').sort());
});

test('a bound counter shows what prom-client’s own would', async () => {
  const [bound, own] = [new Registry(), new Registry()];
  const ours = new BoundCounter({ ...options, registry: bound });
  const theirs = new Counter({ ...options, registers: [own] });
  for (const [one, two] of [
    ['a', 'x'],
    ['a', 'y'],
    ['a', 'x'],
  ] as const) {
    ours.inc(one, two);
    theirs.inc({ one, two });
  }
  ours.add(2, 'b', 'x');
  theirs.inc({ one: 'b', two: 'x' }, 2);
  expect(await bound.metrics()).toBe(await own.metrics());
});

test('workers’ bound metrics are added up', async () => {
  const registries = [new Registry(), new Registry()];
  for (const registry of registries) {
    new BoundHistogram({ ...options, buckets, registry }).observe(0.5, 'a', 'x');
  }
  const { AggregatorRegistry } = await import('prom-client');
  const all = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
  const text = await AggregatorRegistry.aggregate(JSON.parse(JSON.stringify(all))).metrics();
  expect(text).toContain('patron_graph_test_count{one="a",two="x"} 2');
  expect(text).toContain('patron_graph_test_bucket{le="0.1",one="a",two="x"} 0');
});
