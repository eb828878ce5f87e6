/** deploy/alerts.yml and deploy/grafana must fit the metrics that the program has, and the runbook. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createEdgeMetrics } from '../../telemetry/metrics/edge/index.ts';
import { createGatewayMetrics } from '../../telemetry/metrics/gateway/index.ts';
import { openMetrics } from '../../telemetry/metrics/open-metrics.ts';
import { createServiceMetrics } from '../../telemetry/metrics/services/index.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const alerts = z
  .object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) })
  .parse(parse(read('deploy/alerts.yml')))
  .groups.flatMap(({ rules }) => rules);

const dashboard = z.object({
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});
const panels = globSync('deploy/grafana/*.json', { cwd: root }).flatMap(
  (file) => dashboard.parse(JSON.parse(read(file))).panels,
);
const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** The names of the metrics in a PromQL expression, without labels. */
const namesIn = (expr: string): readonly string[] =>
  expr
    .replaceAll(/\{[^}]*\}|\bby\s*\([^)]*\)/g, ' ')
    .match(/\b(?:patron_graph|http|db_client|v8js|nodejs|process)_\w+\b/g) ?? [];

/**
 * The names of all metrics that a gateway, a subgraph and the edges export. A histogram gives the names of its series.
 */
async function exportedNames(): Promise<ReadonlySet<string>> {
  const build = { version: '1', commit: null, settingsFingerprint: 1 };
  await using metrics = await openMetrics({ kind: 'nowhere' }, build);
  createServiceMetrics(metrics.registry);
  createEdgeMetrics(metrics.registry);
  createGatewayMetrics(metrics.registry);
  metrics.servers.watchHealth({
    known: async () => undefined,
    conditions: () => ({}),
    dependencies: () => ({}),
  });
  const types = (await metrics.registry.metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm);
  return new Set(
    [...types].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((series) => name + series) : [name],
    ),
  );
}

test('alerts and dashboards ask for metrics that the program has', async () => {
  const exported = await exportedNames();
  const asked = [...alerts.map(({ expr }) => expr), ...shown].flatMap(namesIn);
  expect(asked.length).toBeGreaterThan(60);
  expect(asked.filter((name) => !exported.has(name))).toEqual([]);
});

test('every metric of ours is on a dashboard', async () => {
  const onDashboard = new Set(shown.flatMap(namesIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  const ours = [...(await exportedNames())].filter((name) =>
    /^(patron_graph|http|db_client|v8js)_/.test(name),
  );
  const missing = ours.filter((name) => !onDashboard.has(name.replace(/_(bucket|sum|count)$/, '')));
  expect(ours.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

test('every alert has an entry in the runbook, and every entry an alert', () => {
  const [, section = ''] = /^## Metrics and alerts\n([\s\S]*?)^## /m.exec(read('docs/runbook.md')) ?? [];
  const entries = Array.from(section.matchAll(/^### (.+)$/gm), ([, name]) => name);
  expect(entries.length).toBeGreaterThan(10);
  expect(entries).toEqual(alerts.map(({ alert }) => alert));
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
});

test('the runbook speaks of panels that are on the dashboard', () => {
  const [, section = ''] = /^## Metrics and alerts\n([\s\S]*?)^## /m.exec(read('docs/runbook.md')) ?? [];
  const named = Array.from(section.matchAll(/(?<![*\w])\*([A-Z][^*]+)\*/g), ([, title = '']) => title);
  expect(named).toContain('Errors by code');
  expect(named.filter((title) => !panels.some((panel) => panel.title.startsWith(title)))).toEqual([]);
});

test('every panel has an id and a place of its own', () => {
  const ids = panels.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const covers = (one: number, length: number, other: number, otherLength: number) =>
    one < other + otherLength && other < one + length;
  const overlapping = panels.flatMap(({ title, gridPos: { x, y, w, h } }, at) =>
    panels
      .slice(at + 1)
      .filter(({ gridPos }) => covers(x, w, gridPos.x, gridPos.w) && covers(y, h, gridPos.y, gridPos.h))
      .map((other) => `${title} and ${other.title}`),
  );
  expect(overlapping).toEqual([]);
});
