/** The example of deploy/haproxy.cfg in front of two gateways, with streams of subscriptions behind it. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { heartbeatMs } from '../../../gateway/http/streams/send-stream.ts';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { isExhaustive } from '../../support/sample.ts';
import { type HaProxy, startHaProxy, whyNoHaProxy } from '../../support/servers/haproxy.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { root } from '../../support/services/source-tree.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** A gateway's streams end over five seconds, and processes start slowly on a loaded machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const waitMs = 60_000;
const example = readFileSync(join(root, 'deploy/haproxy.cfg'), 'utf8');

/** Replaces parts of the example, each of which must be there. */
const exampleWith = (replacements: Readonly<Record<string, string>>): string =>
  Object.entries(replacements).reduce((text, [part, by]) => {
    expect(text).toContain(part);
    return text.replaceAll(part, by);
  }, example);

test('its time-outs are longer than two heartbeats, and than a request', () => {
  for (const name of ['client', 'server', 'tunnel']) {
    const [, seconds] = new RegExp(`^ *timeout ${name} (\\d+)s$`, 'm').exec(example) ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(2 * heartbeatMs);
  }
});

/** A subgraph whose one stream sends what `tick` is called with to all who listen. */
async function startTicks() {
  const listeners = new Set<ServerResponse>();
  const server = await listenOnLoopback(
    createServer((request, response) => {
      if (request.headers.accept !== 'text/event-stream') {
        response.setHeader('content-type', 'application/json').end('{"data":{"one":1}}');
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    }),
  );
  return {
    url: server.origin,
    listeners,
    tick(value: number): void {
      for (const response of listeners) {
        response.write(`event: next\ndata: ${JSON.stringify({ data: { tick: value } })}\n\n`);
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** An open stream over HTTP. `text` is what has arrived, and `hasEnded` says whether more may come. */
async function openStream(url: string, accept = 'text/event-stream') {
  const closing = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: 'subscription { tick }' }),
    signal: closing.signal,
  });
  const stream = { status: response.status, text: '', hasEnded: false, close: () => closing.abort() };
  const read = async () => {
    for await (const chunk of response.body ?? []) {
      stream.text += Buffer.from(chunk).toString();
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      stream.hasEnded = true;
    });
  return stream;
}

const missing = whyNoHaProxy();
if (missing !== null) {
  process.stderr.write(`skipped: deploy/haproxy.cfg: ${missing}\n`);
}

describe.skipIf(missing !== null)('through the HAProxy of deploy/haproxy.cfg', () => {
  const resources = new AsyncDisposableStack();
  let ticks: Awaited<ReturnType<typeof startTicks>>;
  let gateways: RunningProcess[];
  let addresses: string[];
  beforeAll(async () => {
    ticks = resources.use(await startTicks());
    const { path: folder } = resources.use(await openTemporaryFolder());
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")
      type Query { one: Int }
      type Subscription { tick: Int }
    `;
    const composed = composeServices([{ name: 'ticks', url: ticks.url, typeDefs: parse(sdl) }]);
    expect(compositionHasErrors(composed)).toBe(false);
    const supergraph = join(folder, 'supergraph.graphql');
    await writeFile(supergraph, composed.supergraphSdl ?? '');
    const config = join(folder, 'gateway.config.ts');
    await writeFile(
      config,
      "export default { subgraphs: { ticks: { subscriptions: { protocol: 'sse' } } } };\n",
    );
    const args = ['--config', config, '--supergraph', supergraph, '--port', '0'];
    const env = { NODE_ENV: 'production', HOST: '127.0.0.1', TRUSTED_PROXIES: '127.0.0.1' };
    gateways = ['one', 'other'].map(() => resources.use(run('gateway/main.ts', env, args)));
    addresses = await Promise.all(
      gateways.map(async (gateway) => (await gateway.says(/GraphQL at http:\/\/(\S+)\/graphql/))[1] ?? ''),
    );
  });
  afterAll(() => resources.disposeAsync());

  /** Starts it with the example, without TLS, in front of the gateways. */
  async function start(
    replacements: Readonly<Record<string, string>> = {},
  ): Promise<HaProxy & { readonly url: string }> {
    const port = await freePort();
    const configuration = exampleWith({
      'bind :443 ssl crt /etc/haproxy/graph.pem alpn h2,http/1.1': `bind 127.0.0.1:${port}`,
      '10.0.0.11:4000': addresses[0] ?? '',
      '10.0.0.12:4000': addresses[1] ?? '',
      ...replacements,
    });
    const url = `http://127.0.0.1:${port}/graphql`;
    return { ...(await startHaProxy(configuration, `${url}?query={one}`)), url };
  }

  /** Resolves when the stream has a new event. An event is sent again and again, because a stream may be about to open. */
  const untilEvent = (stream: { readonly text: string }, value: number) =>
    expect
      .poll(
        () => {
          ticks.tick(value);
          return stream.text;
        },
        { timeout: waitMs },
      )
      .toContain(`"tick":${value}`);

  test('events of all three protocols arrive at once, and a client that goes is noticed', async () => {
    await using proxy = await start();
    const events = await openStream(proxy.url);
    const parts = await openStream(proxy.url, 'multipart/mixed;subscriptionSpec=1.0');
    const received: unknown[] = [];
    const socket = createClient({ url: proxy.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    socket.subscribe(
      { query: 'subscription { tick }' },
      { next: (result) => received.push(result), error: () => undefined, complete: () => undefined },
    );
    await untilEvent(events, 1);
    await untilEvent(parts, 2);
    await expect
      .poll(
        () => {
          ticks.tick(3);
          return received;
        },
        { timeout: waitMs },
      )
      .toContainEqual({ data: { tick: 3 } });
    events.close();
    parts.close();
    await socket.dispose();
    await expect.poll(() => ticks.listeners.size, { timeout: waitMs }).toBe(0);
    expect((await fetch(new URL('/health/ready', proxy.url))).status).toBe(404);
  });

  test.skipIf(!isExhaustive)('a heartbeat keeps a stream open in which nothing happens', async () => {
    const seconds = heartbeatMs / 1000 + 3;
    await using proxy = await start({
      'timeout client 30s': `timeout client ${seconds}s`,
      'timeout server 30s': `timeout server ${seconds}s`,
    });
    const stream = await openStream(proxy.url);
    await new Promise((resolve) => setTimeout(resolve, 2.2 * heartbeatMs));
    expect(stream.hasEnded).toBe(false);
    await untilEvent(stream, 4);
    stream.close();
  });
  if (!isExhaustive) {
    process.stdout.write('heartbeats through HAProxy: none is waited for (EXHAUSTIVE=1 waits for two)\n');
  }

  test('after a reload the streams go on, and are cut when the former process ends; their clients come back', async () => {
    await using proxy = await start({ 'hard-stop-after 1h': 'hard-stop-after 3s' });
    const stream = await openStream(proxy.url);
    await untilEvent(stream, 5);
    proxy.reload();
    await untilEvent(stream, 6);
    await expect.poll(() => stream.hasEnded, { timeout: waitMs }).toBe(true);
    const next = await openStream(proxy.url);
    await untilEvent(next, 7);
    next.close();
  });

  test('a gateway that stops asks its clients to come back, and they do, to the other one', async () => {
    await using proxy = await start();
    const streams = await Promise.all(Array.from({ length: 4 }, () => openStream(proxy.url)));
    await Promise.all(streams.map((stream) => untilEvent(stream, 8)));
    const [stopping] = gateways;
    stopping?.child.kill('SIGTERM');
    const moved = () => streams.filter(({ text }) => text.includes('"code":"STREAM_MOVED"'));
    await expect.poll(() => moved().length, { timeout: waitMs }).toBeGreaterThan(0);
    expect(moved()[0]?.text).toMatch(/"retryAfterMs":\d+/);
    await stopping?.exit;
    const next = await openStream(proxy.url);
    expect(next.status).toBe(200);
    await untilEvent(next, 9);
    // The streams of the other gateway have gone on.
    expect(streams.filter(({ hasEnded }) => !hasEnded)).toHaveLength(streams.length - moved().length);
    for (const stream of [...streams, next]) {
      stream.close();
    }
  });
});
