/**
 * Every alert of deploy/alerts.yml fires while its failure lasts, and clears afterwards. A Prometheus scrapes real
 * processes. One minute of the rules is one second here. A quick run starts some of the failures.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isExhaustive, sample } from '../../support/sample.ts';
import { episodes } from './episodes.ts';
import { missingPrometheus } from './prometheus.ts';
import { startWatchedSystem, type WatchedSystem } from './watched-system.ts';

const root = join(import.meta.dirname, '../../..');
const rules = await readFile(join(root, 'deploy/alerts.yml'), 'utf8');
const alertNames = z
  .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })) })
  .parse(parse(rules))
  .groups.flatMap((group) => group.rules.map(({ alert }) => alert));

/** Turns minutes into seconds, in durations such as `5m` and in thresholds such as `5 * 60`. */
const onFastClock = (text: string): string =>
  text
    .replaceAll('[1h]', '[60m]')
    // A day is shortened to the length of an hour.
    .replaceAll('[1d]', '[60m]')
    .replaceAll(/\b(\d+)m\b/g, '$1s')
    .replaceAll(/\b(\d+) \* 60\b/g, '$1 * 1');

/**
 * The time within which an alert must fire or clear, in ms. It is long because other tests may run on the same machine.
 */
const patienceMs = 180_000;

/**
 * Queries that have data only while an index is built. The seed's index may be built between two scrapes, so these
 * queries may never have data.
 */
const whileIndexIsBuilt = [
  'max by (stage) (patron_graph_index_stage_done)',
  'max by (stage) (patron_graph_index_stage_total)',
  'max by (stage) (patron_graph_index_stage_rate)',
  'max by (stage) (patron_graph_index_stage_end_timestamp_seconds) - time()',
];
/** Queries that have data only in the gateway of another graph. */
const inOtherGraphs = [
  'sum by (hook, reason) (increase(patron_graph_hook_failures_total[10m]))',
  'sum by (subgraph) (rate(patron_graph_subgraph_retries_total[5m]))',
  'max by (subgraph) (patron_graph_subgraph_circuit_breaker_open)',
  'sum by (subgraph) (patron_graph_upstreams)',
  'sum by (subgraph, error_type) (increase(patron_graph_upstream_ends_total[10m]))',
];
/** Queries that have data only in a library with a payment system. */
const withPayments = ['max(patron_graph_owing_age_seconds)'];
const mayBeEmpty = [...whileIndexIsBuilt, ...inOtherGraphs, ...withPayments];

const reason = missingPrometheus();
if (reason !== null) {
  process.stderr.write(`the alerts are not tested: ${reason}\n`);
}

describe.skipIf(reason !== null)('alerts', () => {
  const resources = new AsyncDisposableStack();
  let system: WatchedSystem;
  beforeAll(async () => {
    system = await startWatchedSystem(onFastClock(rules), resources);
  }, 120_000);
  afterAll(() => resources.disposeAsync());

  const firing = () => system.prometheus.firing();

  test('no alert fires while everything works', { timeout: patienceMs }, async () => {
    await expect.poll(firing, { timeout: patienceMs, interval: 500 }).toEqual([]);
    // The metrics must exist. Before the first scrape no alert can fire, and this test would prove nothing.
    const expr = 'sum(rate(patron_graph_requests_total{outcome="ok"}[5s])) > 1';
    await expect.poll(() => system.prometheus.seriesOf(expr), { timeout: patienceMs, interval: 500 }).toBe(1);
    await setTimeout(3000);
    expect(await firing()).toEqual([]);
  });

  const untilCleared = async (alerts: readonly string[]) => {
    const left = async () => (await firing()).filter((name) => alerts.includes(name));
    await expect.poll(left, { timeout: patienceMs, interval: 500 }).toEqual([]);
  };

  const chosen = sample('failures that fire alerts', episodes, { each: 3 });
  for (const { title, alerts, looksBackAnHour = false, start } of chosen) {
    test(`${title}: ${alerts.join(', ')}`, { timeout: 3 * patienceMs }, async () => {
      const end = await start(system);
      const fired = new Set<string>();
      const missing = async () => {
        for (const name of await firing()) {
          fired.add(name);
        }
        return alerts.filter((name) => !fired.has(name));
      };
      try {
        await expect.poll(missing, { timeout: patienceMs, interval: 500 }).toEqual([]);
      } finally {
        await end();
      }
      // Alerts that look back an hour clear later, during other episodes.
      if (!looksBackAnHour) {
        await untilCleared(alerts);
      }
    });
  }

  test('alerts that look back an hour clear after it', { timeout: patienceMs }, async () => {
    await untilCleared(chosen.flatMap(({ alerts, looksBackAnHour }) => (looksBackAnHour ? alerts : [])));
  });

  test('every panel of the dashboard has a valid query, and has shown data after all failures', async () => {
    const dashboard = z
      .object({
        panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
      })
      .parse(JSON.parse(await readFile(join(root, 'deploy/grafana/patron-graph.json'), 'utf8')));
    const exprs = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const empty: string[] = [];
    for (const expr of exprs) {
      if ((await system.prometheus.seriesOf(expr.replaceAll('$__rate_interval', '10s'))) === 0) {
        empty.push(expr);
      }
    }
    expect(exprs.length).toBeGreaterThan(40);
    if (isExhaustive) {
      expect(empty.filter((expr) => !mayBeEmpty.includes(expr))).toEqual([]);
    }
    expect(exprs).toEqual(expect.arrayContaining(mayBeEmpty));
  });
});

test('the episodes fire every alert', () => {
  expect(episodes.flatMap(({ alerts }) => alerts).sort()).toEqual(alertNames.toSorted());
});
