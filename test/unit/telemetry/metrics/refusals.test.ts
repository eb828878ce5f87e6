import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { callClasses } from '../../../../platform/priority/call-classes.ts';
import { createGatewayMetrics } from '../../../../telemetry/metrics/gateway/index.ts';
import { valuesOf } from './values.ts';

const refused = async (registry: Registry, name: string) =>
  (await valuesOf(registry, name)).filter(({ value }) => value > 0);

test('what is refused for load is counted by stage and class, from a first value of 0 on', async () => {
  const registry = new Registry();
  const { admissionRefused } = createGatewayMetrics(registry);
  const name = 'patron_graph_admissions_refused_total';
  expect(await valuesOf(registry, name)).toHaveLength(2 + 4 * callClasses.length);
  expect(await refused(registry, name)).toEqual([]);
  admissionRefused('arrival', null);
  admissionRefused('execution', 'anonymous');
  admissionRefused('execution', 'anonymous');
  expect(await refused(registry, name)).toEqual([
    { value: 1, labels: { stage: 'arrival', call_class: '_NONE' } },
    { value: 2, labels: { stage: 'execution', call_class: 'anonymous' } },
  ]);
});

test('what is refused for a budget is counted by budget and class', async () => {
  const registry = new Registry();
  const { rateRefused } = createGatewayMetrics(registry);
  const name = 'patron_graph_rate_refusals_total';
  expect(await refused(registry, name)).toEqual([]);
  rateRefused('anonymous', null);
  rateRefused('changes', 'lending');
  expect(await refused(registry, name)).toEqual([
    { value: 1, labels: { budget: 'anonymous', call_class: '_NONE' } },
    { value: 1, labels: { budget: 'changes', call_class: 'lending' } },
  ]);
});

test('whether gateways share rates has no value where there is no store', async () => {
  const registry = new Registry();
  const { ratesShared } = createGatewayMetrics(registry);
  expect(await valuesOf(registry, 'patron_graph_rates_shared')).toEqual([]);
  ratesShared(false);
  expect(await valuesOf(registry, 'patron_graph_rates_shared')).toEqual([{ value: 0, labels: {} }]);
  ratesShared(true);
  expect(await valuesOf(registry, 'patron_graph_rates_shared')).toEqual([{ value: 1, labels: {} }]);
});

test('retries are counted, and circuit breakers shown, by subgraph', async () => {
  const registry = new Registry();
  const { fetchRetried, circuitBreakerSet } = createGatewayMetrics(registry);
  fetchRetried('accounts');
  circuitBreakerSet('accounts', false);
  const labels = { subgraph: 'accounts' };
  expect(await valuesOf(registry, 'patron_graph_subgraph_retries_total')).toEqual([{ value: 1, labels }]);
  const name = 'patron_graph_subgraph_circuit_breaker_open';
  expect(await valuesOf(registry, name)).toEqual([{ value: 0, labels }]);
  circuitBreakerSet('accounts', true);
  expect(await valuesOf(registry, name)).toEqual([{ value: 1, labels }]);
});

test('failures of hooks are counted by hook and reason, from a first value of 0 on', async () => {
  const registry = new Registry();
  const { hooksConfigured, hookFailed } = createGatewayMetrics(registry);
  const name = 'patron_graph_hook_failures_total';
  expect(await valuesOf(registry, name)).toEqual([]);
  hooksConfigured(['operation', 'end']);
  expect(await valuesOf(registry, name)).toHaveLength(10);
  hookFailed('operation', 'timedOut');
  expect(await refused(registry, name)).toEqual([
    { value: 1, labels: { hook: 'operation', reason: 'timedOut' } },
  ]);
});
