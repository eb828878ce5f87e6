import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { expectUpstream } from '../../../contract/port-under-test.ts';
import { type Answering, reply, startRawServer } from '../soap/raw-server.ts';
import {
  deadlineMs,
  fault,
  message,
  open,
  page,
  record,
  register,
  registered,
  values,
} from './prs-replies.ts';

/*
 * The outcome of a change, with a server that fails in each way. If a byte may have been sent, the outcome is
 * `outcome-unknown`. Otherwise it is the failure's own reason, and the change was not made. A change is never sent
 * twice.
 */

/**
 * Starts a server of plain sockets on the loopback interface. It reads nothing from a socket until the socket is
 * resumed.
 */
async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return {
    port: address.port,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a change that may have been sent is outcome-unknown, and is not sent again, after', () => {
  test.each<[string, Answering]>([
    ['no answer', () => {}],
    ['a reset after reading', (response) => response.socket?.resetAndDestroy()],
    ['a close after reading', (response) => response.destroy()],
    ['an HTML page with 200', (response) => reply(response, page, 'text/html')],
    ['an HTML page with 500', (response) => reply(response, page, 'text/html', 500)],
    ['an HTML page with 503', (response) => reply(response, page, 'text/html', 503)],
    ['an HTML page with 404', (response) => reply(response, page, 'text/html', 404)],
    ['an empty body', (response) => reply(response, '')],
    ['a reply with 503', (response) => reply(response, registered, 'text/xml', 503)],
    ['a redirect', (response) => response.writeHead(307, { location: '/' }).end()],
    ['a document cut short', (response) => reply(response, registered.slice(0, -30))],
    [
      'a connection cut short',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 9_999 });
        response.write(registered, () => response.destroy());
      },
    ],
    [
      'headers without a body',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.flushHeaders();
      },
    ],
    ['a body that is too large', (response) => reply(response, Buffer.alloc(5_000_000, 32))],
    [
      'a compressed body',
      (response) => response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' }).end(),
    ],
    ["another operation's reply", (response) => reply(response, message('AmendPatron', record('P0000019')))],
    ['PRS-900', (response) => reply(response, fault('PRS-900'), 'text/xml', 500)],
    ['an unknown code', (response) => reply(response, fault('PRS-777'), 'text/xml', 500)],
    ['a fault without a code', (response) => reply(response, fault(null), 'text/xml', 500)],
    [
      'a fault of the client without a code',
      (response) => reply(response, fault(null, 'Client'), 'text/xml', 500),
    ],
  ])('%s', async (_what, answer) => {
    await using server = await startRawServer(answer);
    await using registry = open(server.url);
    const begun = performance.now();
    await expectUpstream(register(registry), 'outcome-unknown', values);
    expect(performance.now() - begun).toBeLessThan(deadlineMs + 1_000);
    expect(server.requests).toHaveLength(1);
  });

  test('a connection that is reset before anything is read from it', async () => {
    await using server = await listen((socket) => setTimeout(() => socket.resetAndDestroy(), 300));
    await using registry = open(`http://127.0.0.1:${server.port}/`);
    await expectUpstream(register(registry), 'outcome-unknown', values);
    await wait(50);
    expect(server.connections()).toBe(1);
  });

  test('a connection that is closed while it is read', async () => {
    await using server = await listen((socket) => socket.once('data', () => socket.destroy()).resume());
    await using registry = open(`http://127.0.0.1:${server.port}/`);
    await expectUpstream(register(registry), 'outcome-unknown', values);
    expect(server.connections()).toBe(1);
  });

  test('an answer that is not HTTP', async () => {
    await using server = await listen((socket) => socket.end('SSH-2.0\r\n\r\n'));
    await using registry = open(`http://127.0.0.1:${server.port}/`);
    await expectUpstream(register(registry), 'outcome-unknown', values);
  });

  test('an abort by the caller, which ends it at once, frees its place, and is no outage of the system', async () => {
    await using server = await startRawServer((response, _request, count) => {
      if (count > 6) {
        reply(response, registered);
      }
    });
    await using registry = open(server.url, {
      connections: 1,
      queue: 0,
      breakerThreshold: 3,
      deadlineMs: 20_000,
    });
    for (let count = 0; count < 6; count += 1) {
      const caller = new AbortController();
      const call = expectUpstream(register(registry, caller.signal), 'outcome-unknown', values);
      await expect.poll(() => server.requests.length).toBe(count + 1);
      const begun = performance.now();
      caller.abort();
      await call;
      expect(performance.now() - begun).toBeLessThan(10_000);
    }
    await expect(register(registry)).resolves.toHaveProperty('patron');
    expect(server.requests).toHaveLength(7);
  });

  test('a time-out of the caller', async () => {
    await using server = await startRawServer(() => {});
    await using registry = open(server.url);
    const caller = new AbortController();
    const call = expectUpstream(register(registry, caller.signal), 'outcome-unknown', values);
    await expect.poll(() => server.requests.length).toBe(1);
    // `AbortSignal.timeout` aborts with the same error.
    caller.abort(new DOMException('it took too long', 'TimeoutError'));
    await call;
  });
});

describe('a change that was not sent is not made, and rejects with its own reason, after', () => {
  test('a closed port', async () => {
    const server = await startRawServer(() => {});
    await server[Symbol.asyncDispose]();
    await using registry = open(server.url);
    await expectUpstream(register(registry), 'unreachable', values);
  });

  test.each<[string, () => AbortSignal | undefined]>([
    ['the adapter', () => undefined],
    ['the caller', () => AbortSignal.timeout(300)],
  ])('a connection that is never established, and a time-out of %s', async (_whose, signal) => {
    // The client begins a TLS handshake, but the server never answers.
    await using server = await listen(() => {});
    await using registry = open(`https://127.0.0.1:${server.port}/`);
    await expectUpstream(register(registry, signal()), 'timeout', values);
    expect(server.connections()).toBe(1);
  });

  test('a connection that is never established, and an abort by the caller', async () => {
    await using server = await listen(() => {});
    await using registry = open(`https://127.0.0.1:${server.port}/`);
    const caller = new AbortController();
    const call = expectUpstream(register(registry, caller.signal), 'cancelled', values);
    await wait(30);
    caller.abort();
    await call;
  });

  test('a connection that is reset as soon as it stands: it depends on which comes first', async () => {
    await using server = await listen((socket) => socket.resetAndDestroy());
    await using registry = open(`http://127.0.0.1:${server.port}/`);
    const error: unknown = await register(registry).catch((reason: unknown) => reason);
    expect(['unreachable', 'outcome-unknown']).toContain(
      error instanceof UpstreamError ? error.reason : error,
    );
    await wait(50);
    expect(server.connections()).toBe(1);
  });

  test('a TLS handshake that fails', async () => {
    await using server = await listen((socket) =>
      socket.once('data', () => socket.end('no TLS here\r\n')).resume(),
    );
    await using registry = open(`https://127.0.0.1:${server.port}/`);
    await expectUpstream(register(registry), 'unreachable', values);
  });

  test('a full queue, and an abort in the queue', async () => {
    await using server = await startRawServer(() => {});
    await using registry = open(server.url, { connections: 1, queue: 2 });
    const first = expectUpstream(register(registry), 'outcome-unknown');
    const caller = new AbortController();
    const second = expectUpstream(register(registry, caller.signal), 'cancelled');
    const third = expectUpstream(register(registry, AbortSignal.timeout(100)), 'timeout');
    await expectUpstream(register(registry), 'overloaded', values);
    caller.abort();
    await Promise.all([first, second, third]);
    expect(server.requests).toHaveLength(1);
  });

  test('the opening of the circuit breaker', async () => {
    await using server = await startRawServer((response) => reply(response, page, 'text/html', 503));
    await using registry = open(server.url, { breakerThreshold: 2 });
    for (let count = 0; count < 2; count += 1) {
      await expectUpstream(register(registry), 'outcome-unknown');
    }
    await expectUpstream(register(registry), 'unreachable', values);
    expect(server.requests).toHaveLength(2);
  });

  test('an answer that the system is busy, which also opens the circuit breaker', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-503'), 'text/xml', 500),
    );
    await using registry = open(server.url, { breakerThreshold: 2 });
    for (let count = 0; count < 2; count += 1) {
      await expectUpstream(register(registry), 'busy', values);
    }
    await expectUpstream(register(registry), 'unreachable', values);
    expect(server.requests).toHaveLength(2);
  });

  test.each(['PRS-404', 'PRS-412'])('a refusal that this change does not have: %s', async (code) => {
    await using server = await startRawServer((response) =>
      reply(response, fault(code, 'Client'), 'text/xml', 500),
    );
    await using registry = open(server.url);
    await expectUpstream(register(registry), 'rejected', values);
  });

  test('the closing of our client', async () => {
    await using server = await startRawServer((response) => reply(response, registered));
    const registry = open(server.url);
    await registry[Symbol.asyncDispose]();
    await expectUpstream(register(registry), 'unreachable', values);
    expect(server.requests).toEqual([]);
  });
});

test('a change whose caller aborts while it is the probe of the circuit breaker is never sent', async () => {
  const hanging: (() => void)[] = [];
  await using server = await startRawServer((response, _request, count) => {
    if (count <= 2) {
      setTimeout(() => reply(response, page, 'text/html', 503), 40);
    } else if (count <= 4) {
      hanging.push(() => reply(response, registered));
    } else {
      reply(response, registered);
    }
  });
  const limits = { connections: 2, breakerThreshold: 2, breakerOpenMs: 50, deadlineMs: 5_000 };
  await using registry = open(server.url, limits);
  // Two changes fail and open the breaker. Two others started before and use all connections.
  const failing = [1, 2].map(() => expectUpstream(register(registry), 'outcome-unknown'));
  const slow = [1, 2].map(() => register(registry));
  await Promise.all(failing);
  await expectUpstream(register(registry), 'unreachable');
  await wait(80);
  const caller = new AbortController();
  const trying = expectUpstream(register(registry, caller.signal), 'cancelled', values);
  await wait(20);
  caller.abort();
  await trying;
  for (const answer of hanging) {
    answer();
  }
  await Promise.all(slow);
  await expect(register(registry)).resolves.toHaveProperty('patron');
  // The first four changes and the last one were sent.
  expect(server.requests).toHaveLength(5);
  // The probe opened a connection, but sent nothing over it.
  expect(server.connections).toBe(6);
});
