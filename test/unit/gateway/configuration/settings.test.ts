/** Each setting of how a subgraph is called, between sockets. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthority, forThisMachine } from '../../../support/certificates.ts';
import { listenOnLoopback } from '../../../support/servers/loopback.ts';
import { startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

/** Each test starts gateways, which takes seconds on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.requests.length = 0;
});
afterEach(() => {
  world.intercept = null;
});

const query = '{ me { id } }';
const rename = 'mutation { rename(id: "u0", name: "x") { id } }';
const found = { data: { me: { id: 'u0' } } };
const codeOf = ({ body }: { body: { errors?: { extensions: Record<string, unknown> }[] } }) =>
  body.errors?.[0]?.extensions.code;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers as a subgraph behind a proxy that has lost it, the given number of times. */
function unavailable(times: number, status = 503) {
  let left = times;
  return (_call: unknown, response: ServerResponse): Promise<boolean> => {
    left -= 1;
    if (left >= 0) {
      response.writeHead(status).end('<html>');
    }
    return Promise.resolve(left >= 0);
  };
}

test('url: the subgraph is called there, and not where the supergraph says', async () => {
  const paths: (string | undefined)[] = [];
  await using other = await listenOnLoopback(
    createServer((request, response) => {
      paths.push(request.url);
      response.setHeader('content-type', 'application/json').end('{"data":{"me":{"id":"elsewhere"}}}');
    }),
  );
  const url = `${other.origin}/v2?a=b`;
  await using gateway = await startOver(world, {}, { subgraphs: { accounts: { url } } });
  expect((await gateway.ask(query)).body).toEqual({ data: { me: { id: 'elsewhere' } } });
  expect([paths, world.requests]).toEqual([['/v2?a=b'], []]);
});

test('url: it replaces even one that is no http URL', async () => {
  const file = `${world.file}.nowhere`;
  const url = /name: "accounts", url: "([^"]+)"/.exec(world.supergraph())?.[1] ?? '';
  await writeFile(file, world.supergraph().replace(url, 'accounts'));
  await using gateway = await startOver({ file }, {}, { subgraphs: { accounts: { url } } });
  expect((await gateway.ask(query)).body).toEqual(found);
});

test('timeoutMs: a subgraph that is too slow is not waited for, and others are', async () => {
  world.intercept = async ({ subgraph }) => {
    await pause(subgraph === 'accounts' ? 0 : 600);
    return false;
  };
  const slow = '{ me { id reviews { body } } }';
  await using short = await startOver(world, {}, { subgraphs: { reviews: { timeoutMs: 100 } } });
  const { body } = await short.ask(slow);
  expect(body.errors).toMatchObject([{ path: ['me', 'reviews'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }]);
  await using long = await startOver(
    world,
    {},
    { all: { timeoutMs: 100 }, subgraphs: { reviews: { timeoutMs: 5000 } } },
  );
  expect((await long.ask(slow)).body.errors).toBeUndefined();
});

describe('retries', () => {
  test('a query is sent again, a mutation never', async () => {
    const fetchRetried = vi.fn();
    await using gateway = await startOver(world, {}, { all: { retries: 2 } }, { fetchRetried });
    world.intercept = unavailable(2);
    expect((await gateway.ask(query)).body).toEqual(found);
    expect(world.requests).toHaveLength(3);
    expect(fetchRetried.mock.calls).toEqual([['accounts'], ['accounts']]);
    world.requests.length = 0;
    world.intercept = unavailable(2);
    expect(codeOf(await gateway.ask(rename))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(world.requests).toHaveLength(1);
  });

  test('a lost connection counts, an answer with errors or another status does not', async () => {
    await using gateway = await startOver(world, {}, { all: { retries: 1 } });
    let lost = 0;
    world.intercept = (_call, response) => {
      lost += 1;
      if (lost === 1) {
        response.destroy();
      }
      return Promise.resolve(lost === 1);
    };
    expect((await gateway.ask(query)).body).toEqual(found);
    expect(world.requests).toHaveLength(2);
    for (const status of [500, 429, 404]) {
      world.requests.length = 0;
      world.intercept = unavailable(1, status);
      await gateway.ask(query);
      expect(world.requests).toHaveLength(1);
    }
  });

  test('all together are at most ten at once and a fifth of the queries', async () => {
    await using gateway = await startOver(world, {}, { all: { retries: 3 } });
    world.intercept = unavailable(Number.POSITIVE_INFINITY);
    await Promise.all(Array.from({ length: 40 }, () => gateway.ask(query)));
    // 40 queries, 10 retries at once, and a fifth of 40.
    expect(world.requests.length).toBeGreaterThanOrEqual(50);
    expect(world.requests.length).toBeLessThanOrEqual(58);
  });

  test('they end with the time limit of the subgraph', async () => {
    await using gateway = await startOver(world, {}, { all: { retries: 10, timeoutMs: 150 } });
    world.intercept = unavailable(Number.POSITIVE_INFINITY);
    expect(codeOf(await gateway.ask(query))).toBe('SUBGRAPH_TIMEOUT');
  });

  test('by default nothing is sent again', async () => {
    await using gateway = await startOver(world);
    world.intercept = unavailable(1);
    expect(codeOf(await gateway.ask(query))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(world.requests).toHaveLength(1);
  });
});

test('connections: further requests wait for a free one', async () => {
  let atOnce = 0;
  let most = 0;
  world.intercept = async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await pause(20);
    atOnce -= 1;
    return false;
  };
  await using gateway = await startOver(world, {}, { all: { connections: 2 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.ask(query)));
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 8 }, () => found));
  expect(most).toBe(2);
});

describe('circuitBreaker', () => {
  const all = { circuitBreaker: { failures: 3, openMs: 300 }, timeoutMs: 100 };

  test('failures in a row open it, and then nothing is asked until one request has tried', async () => {
    const circuitBreakerSet = vi.fn();
    await using gateway = await startOver(world, {}, { all }, { circuitBreakerSet });
    world.intercept = unavailable(Number.POSITIVE_INFINITY, 500);
    for (let failure = 0; failure < 3; failure++) {
      await gateway.ask(query);
    }
    expect(world.requests).toHaveLength(3);
    const { body } = await gateway.ask(query);
    expect(body.errors?.[0]).toMatchObject({
      message: 'The subgraph accounts is not asked, because it failed again and again.',
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    });
    expect(world.requests).toHaveLength(3);
    await pause(310);
    world.intercept = null;
    expect((await gateway.ask(query)).body).toEqual(found);
    expect((await gateway.ask(query)).body).toEqual(found);
    expect(gateway.log.join('\n')).toMatch(/circuit breaker is open[\s\S]*circuit breaker is closed/);
    const ofAccounts = circuitBreakerSet.mock.calls.filter(([subgraph]) => subgraph === 'accounts');
    expect(ofAccounts.map(([, isOpen]) => isOpen)).toEqual([false, true, false]);
  });

  test('a subgraph that is too slow opens it, for mutations too, and one try that fails keeps it open', async () => {
    await using gateway = await startOver(world, {}, { all });
    world.intercept = () => new Promise(() => undefined);
    expect(codeOf(await gateway.ask(rename))).toBe('SUBGRAPH_TIMEOUT');
    await gateway.ask(query);
    await gateway.ask(query);
    expect(codeOf(await gateway.ask(rename))).toBe('SUBGRAPH_UNAVAILABLE');
    await pause(310);
    // The first one tries. The other is told at once.
    const codes = (await Promise.all([gateway.ask(query), gateway.ask(query)])).map(codeOf);
    expect(codes.toSorted()).toEqual(['SUBGRAPH_TIMEOUT', 'SUBGRAPH_UNAVAILABLE']);
    expect(codeOf(await gateway.ask(query))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(world.requests).toHaveLength(4);
  });

  test('clients that go and answers with errors open nothing', async () => {
    await using gateway = await startOver(
      world,
      {},
      { all: { circuitBreaker: { failures: 1, openMs: 60_000 } } },
    );
    world.intercept = () => new Promise(() => undefined);
    await gateway.post({ query }, {}, AbortSignal.timeout(50)).catch(() => undefined);
    world.intercept = (_call, response) => {
      response.setHeader('content-type', 'application/json').end('{"errors":[{"message":"no"}]}');
      return Promise.resolve(true);
    };
    await gateway.ask(query);
    world.intercept = null;
    expect((await gateway.ask(query)).body).toEqual(found);
  });
});

describe('tlsDir', () => {
  test('the subgraph is verified with its authority and its name, and sees our certificate', async () => {
    using authority = createAuthority();
    const ours = authority.issue('gateway', forThisMachine);
    const server = createTlsServer(
      { ca: authority.ca, requestCert: true, rejectUnauthorized: true },
      (_request, response) =>
        response.setHeader('content-type', 'application/json').end('{"data":{"me":{"id":"safe"}}}'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const answers: unknown[] = [];
    const own = authority.issue('books', forThisMachine);
    const ofOtherName = authority.issue('books', 'DNS:books.example.org');
    for (const [shown, settings] of [
      [own, { tlsDir: authority.tlsDir(ours) }],
      [own, { tlsDir: authority.tlsDir() }],
      [own, {}],
      [ofOtherName, { tlsDir: authority.tlsDir(ours) }],
    ] as const) {
      server.setSecureContext({ ca: authority.ca, cert: shown.cert, key: shown.key });
      await using gateway = await startOver(world, {}, { subgraphs: { accounts: { url, ...settings } } });
      const answer = await gateway.ask(query);
      answers.push(answer.body.data?.me ?? codeOf(answer));
    }
    server.close();
    server.closeAllConnections();
    const refused = 'SUBGRAPH_UNAVAILABLE';
    expect(answers).toEqual([{ id: 'safe' }, refused, refused, refused]);
  });

  test('a file that can not be used is named with its setting, and so is a URL without TLS', async () => {
    const all = { tlsDir: '/nowhere' };
    await expect(startOver(world, {}, { all })).rejects.toThrow(/all\.tlsDir/);
    using authority = createAuthority();
    const tlsDir = authority.tlsDir();
    await expect(startOver(world, {}, { subgraphs: { reviews: { tlsDir } } })).rejects.toThrow(
      /subgraphs\.reviews\.tlsDir needs an https URL, and the subgraph reviews has http:/,
    );
  });
});

test('tlsDir: subscriptions need it, too', async () => {
  using authority = createAuthority();
  const subscriptions = { protocol: 'graphql-transport-ws', url: 'ws://127.0.0.1:1/graphql' } as const;
  const accounts = { url: 'https://127.0.0.1:1/graphql', tlsDir: authority.tlsDir(), subscriptions };
  await expect(startOver(world, {}, { subgraphs: { accounts } })).rejects.toThrow(
    'subgraphs.accounts.tlsDir needs an https or wss URL, and subscriptions of accounts have ws://127.0.0.1:1',
  );
});

test('acceptCompressed and shareInFlight can be set for one subgraph', async () => {
  world.intercept = async () => {
    await pause(100);
    return false;
  };
  const settings = { acceptCompressed: true, shareInFlight: true };
  await using gateway = await startOver(world, {}, { subgraphs: { reviews: settings } });
  const nested = '{ me { id reviews { body } } }';
  await Promise.all([gateway.ask(nested), gateway.ask(nested)]);
  const asked = world.requests.map(({ subgraph, headers }) => [subgraph, 'accept-encoding' in headers]);
  expect(asked).toEqual([
    ['accounts', false],
    ['accounts', false],
    ['reviews', true],
  ]);
});

test('a subgraph that is not in the supergraph is told in the log', async () => {
  await using gateway = await startOver(world, {}, { subgraphs: { acounts: { retries: 1 } } });
  expect(gateway.log.join('\n')).toContain(
    'subgraphs.acounts is no subgraph of the supergraph, which has accounts, reviews',
  );
});

test("what else is in a subgraph's answer has no effect", async () => {
  world.intercept = (_call, response) => {
    const body = {
      data: { me: { id: 'u0' } },
      floorMs: 60_000,
      soapCalls: 'x',
      headers: [{ name: 'x', values: ['y'] }],
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    return Promise.resolve(true);
  };
  await using gateway = await startOver(world);
  const response = await gateway.post({ query }, {}, AbortSignal.timeout(5000));
  expect([await response.json(), response.headers.has('x')]).toEqual([found, false]);
});
