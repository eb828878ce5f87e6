import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGatewayConfig } from '../../../../gateway/config.ts';
import { type MetricsEndpoint, metricsEndpoint } from '../../../../platform/lifecycle/config.ts';
import { readSubgraphConfig } from '../../../../subgraphs/runtime/config.ts';
import { type Metrics, openMetrics } from '../../../../telemetry/metrics/open-metrics.ts';
import { freePort } from '../../../support/processes.ts';
import { valuesOf } from './values.ts';

const build = { version: '1.2.3', commit: 'abc', settingsFingerprint: 4711 };
let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(() => resources.disposeAsync());

async function serve(
  endpoint: MetricsEndpoint,
): Promise<{ app: FastifyInstance; origin: string; metrics: Metrics }> {
  const metrics = resources.use(await openMetrics(endpoint, build));
  const app = resources.adopt(Fastify(), (server) => server.close());
  metrics.servers.watchServer(app);
  app.get('/here', () => 'answer');
  app.get('/slow', () => setTimeout(1000, 'answer'));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, origin, metrics };
}

function blockEventLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    // blocks the event loop
  }
}

/** The longest delay of the event loop that the metrics in `answer` report, in seconds. */
const maxLagOf = (answer: string): number =>
  Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(answer)?.[1]);

describe('where the metrics are', () => {
  const production = { HOST: '0.0.0.0' };
  test.each([
    [{ HOST: '0.0.0.0' }, false, { kind: 'this machine' }],
    [production, true, { kind: 'nowhere' }],
    [{ ...production, METRICS_PORT: 9464 }, true, { kind: 'own port', host: '0.0.0.0', port: 9464 }],
  ])('%j, in production %s: %j', (variables, isProduction, endpoint) => {
    expect(metricsEndpoint(variables, isProduction)).toEqual(endpoint);
  });

  test('gateway and subgraphs read the same variables', () => {
    const env = { METRICS_PORT: '9464', SUBGRAPH_SECRET: 'x'.repeat(32) };
    const endpoint = { kind: 'own port', host: '127.0.0.1', port: 9464 };
    expect(readGatewayConfig(env).metrics).toEqual(endpoint);
    expect(readSubgraphConfig(env, 4001).metrics).toEqual(endpoint);
    // Kubernetes sets this variable for a service with the name `metrics`.
    const wrong = { ...env, METRICS_PORT: 'tcp://10.0.0.1:80' };
    expect(() => readGatewayConfig(wrong)).toThrow(/METRICS_PORT/);
    expect(() => readSubgraphConfig(wrong, 4001)).toThrow(/METRICS_PORT/);
  });
});

describe('on the server’s own port', () => {
  const ask = (app: FastifyInstance, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ url: '/metrics', headers, remoteAddress });

  test('a program on this machine reads them, in Prometheus’ format', async () => {
    const { app, origin } = await serve({ kind: 'this machine' });
    await (await fetch(`${origin}/here`)).text();
    const { statusCode, headers, body } = await ask(app);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toContain('patron_graph_build_info{version="1.2.3",commit="abc"} 1');
    expect(body).toContain('patron_graph_settings_fingerprint 4711');
    expect(body).toContain('http_route="/here",http_response_status_code="200"} 1');
  });

  test.each(['::1', '::ffff:127.0.0.1', '127.8.8.8'])('so does %s', async (address) => {
    const { app } = await serve({ kind: 'this machine' });
    expect((await ask(app, {}, address)).statusCode).toBe(200);
  });

  test.each(['192.0.2.1', '::ffff:10.0.0.1', '12.127.0.0'])('to %s they do not exist', async (address) => {
    const { app } = await serve({ kind: 'this machine' });
    expect((await ask(app, {}, address)).statusCode).toBe(404);
  });

  test.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])(
    'nor to strangers behind a proxy on this machine, which sends %s',
    async (name) => {
      const { app } = await serve({ kind: 'this machine' });
      expect((await ask(app, { [name]: '192.0.2.1' })).statusCode).toBe(404);
    },
  );

  test('they exist for nobody in production', async () => {
    const { app } = await serve({ kind: 'nowhere' });
    expect((await ask(app)).statusCode).toBe(404);
  });
});

describe('on a port of their own', () => {
  test('they are there, and not on the server’s port', async () => {
    const port = await freePort();
    const { app } = await serve({ kind: 'own port', host: '127.0.0.1', port });
    expect((await app.inject('/metrics')).statusCode).toBe(404);
    const url = `http://127.0.0.1:${port}/metrics`;
    expect(await (await fetch(url)).text()).toContain('patron_graph_build_info');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/here`)).status).toBe(404);
  });

  test('a probe of that port takes nothing from what is measured between two scrapes', async () => {
    const port = await freePort();
    await serve({ kind: 'own port', host: '127.0.0.1', port });
    const origin = `http://127.0.0.1:${port}`;
    // After this time, the measurement has begun.
    await setTimeout(100);
    blockEventLoop(300);
    // After this time, the delay has been measured.
    await setTimeout(100);
    const probe = await fetch(`${origin}/health/live`);
    expect([probe.status, await probe.json()]).toEqual([200, { live: true }]);
    expect(maxLagOf(await (await fetch(`${origin}/metrics`)).text())).toBeGreaterThan(0.25);
  });

  test('a port in use is an error that names the variable', async () => {
    const port = await freePort();
    const endpoint = { kind: 'own port', host: '127.0.0.1', port } as const;
    await serve(endpoint);
    await expect(openMetrics(endpoint, build)).rejects.toThrow(`METRICS_PORT ${port} is in use`);
  });

  test('they are gone once they are disposed of', async () => {
    const port = await freePort();
    const { metrics } = await serve({ kind: 'own port', host: '127.0.0.1', port });
    await metrics[Symbol.asyncDispose]();
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
  });
});

test('a request without a route has none, whatever its URL says', async () => {
  const { origin, metrics } = await serve({ kind: 'nowhere' });
  await (await fetch(`${origin}/patrons/P0000001?pin=1234`)).text();
  const [sample] = await valuesOf(metrics.registry, 'http_server_request_duration_seconds_count');
  expect(sample?.labels).toEqual({
    http_request_method: 'GET',
    http_route: '',
    http_response_status_code: '404',
  });
  expect(await metrics.registry.metrics()).not.toContain('P0000001');
});

test('a client that went away is one: 499', async () => {
  const { origin, metrics } = await serve({ kind: 'nowhere' });
  const gone = new AbortController();
  const asked = fetch(`${origin}/slow`, { signal: gone.signal });
  await expect
    .poll(() => valuesOf(metrics.registry, 'http_server_active_requests'))
    .toEqual([{ labels: {}, value: 1 }]);
  gone.abort();
  await expect(asked).rejects.toThrow();
  const statuses = async () =>
    (await valuesOf(metrics.registry, 'http_server_request_duration_seconds_count')).map(
      ({ labels }) => labels.http_response_status_code,
    );
  await expect.poll(statuses).toEqual(['499']);
  expect(await valuesOf(metrics.registry, 'http_server_active_requests')).toEqual([{ labels: {}, value: 0 }]);
});

test('what waited for a blocked event loop is told for how long it was blocked', async () => {
  const { origin } = await serve({ kind: 'this machine' });
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // After this time, the measurement has begun.
  await setTimeout(100);
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  // The request arrives while the event loop is blocked.
  blockEventLoop(300);
  expect(maxLagOf(await text(socket))).toBeGreaterThan(0.25);
});

test('the port of the metrics tells whether a process is ready that has no other HTTP port', async () => {
  const port = await freePort();
  const metrics = resources.use(await openMetrics({ kind: 'own port', host: '127.0.0.1', port }, build));
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/${path}`);
    return [answer.status, await answer.json()];
  };
  expect(await ask('live')).toEqual([200, { live: true }]);
  expect(await ask('ready')).toEqual([503, { ready: false, conditions: { started: false } }]);
  expect(await ask('dependencies')).toEqual([200, { dependencies: {} }]);
  let listening = true;
  metrics.servers.watchHealth({
    known: async () => undefined,
    conditions: () => ({ listening }),
    dependencies: () => ({ graph: 'down' }),
  });
  expect(await ask('ready')).toEqual([200, { ready: true, conditions: { listening: true } }]);
  expect(await ask('dependencies')).toEqual([200, { dependencies: { graph: 'down' } }]);
  listening = false;
  expect(await ask('ready')).toEqual([503, { ready: false, conditions: { listening: false } }]);
});
