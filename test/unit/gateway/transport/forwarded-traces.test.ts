/** A forwarded `traceparent` must not hide the gateway's own span from the subgraphs. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startTelemetry } from '../../../../telemetry/start.ts';
import { startOtlpReceiver } from '../../../support/telemetry/otlp-receiver.ts';
import { propagating, startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const sent = {
  traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  tracestate: 'vendor=1',
  'x-tenant': 'one',
};
const forwarding = { all: propagating(...Object.keys(sent)) };

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.requests.length = 0;
});

test('with traces, a subgraph continues the span of its request', async () => {
  await using receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  const log = { warn: () => undefined };
  const telemetry = await startTelemetry(process.env, { service: 'test', version: '0', log });
  try {
    await using gateway = await startOver(world, {}, forwarding);
    await gateway.post({ query: '{ me { id } }' }, sent);
  } finally {
    await telemetry[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  }
  const fetching = receiver.spans.find(({ name }) => name === 'fetch accounts');
  expect(fetching?.traceId).toBe(traceId);
  expect(world.requests.map(({ headers }) => headers)).toMatchObject([
    { ...sent, traceparent: `00-${traceId}-${fetching?.spanId}-01` },
  ]);
});

test('without traces, it is forwarded unchanged', async () => {
  await using gateway = await startOver(world, {}, forwarding);
  await gateway.post({ query: '{ me { id } }' }, sent);
  expect(world.requests.map(({ headers }) => headers)).toMatchObject([sent]);
});
