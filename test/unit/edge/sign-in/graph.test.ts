/**
 * The requests that sign-in sends to the graph. The graph of these tests never tells whether a PIN or a code is right.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpGraphClient } from '../../../../edge/graph/client.ts';
import {
  createReaderGraph,
  GraphUnavailable,
  type ReaderGraph,
  TooManyQuestions,
} from '../../../../edge/sign-in/graph.ts';

const standing = {
  pseudonym: 'a-pseudonym',
  inGoodStanding: true,
  signInAgainSince: null,
  exceptSignInId: null,
};

let resources: AsyncDisposableStack;
let graph: ReaderGraph;
/** The requests without an answer, by the address in them. */
let hanging: Map<string, number>;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  hanging = new Map();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [, address = ''] = /"address":"([^"]*)"/.exec(body) ?? [];
    if (address !== '') {
      hanging.set(address, (hanging.get(address) ?? 0) + 1);
    } else if (!body.includes('hangs')) {
      const [, extensions] = /"partner":"an answer with (.*)"/.exec(body.replaceAll('\\"', "'")) ?? [];
      const errors = extensions && [
        { path: ['readerStanding'], extensions: JSON.parse(extensions.replaceAll("'", '"')) },
      ];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ data: { readerStanding: errors ? null : standing }, ...(errors && { errors }) }),
      );
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const client = createHttpGraphClient(new URL(`http://127.0.0.1:${port}/graphql`), null);
  resources.use(client);
  graph = createReaderGraph({ graph: client, token: async () => 'a token', timeoutMs: 60_000 });
});
afterEach(() => resources.disposeAsync());

/** The numbers of refused tries. `own`: the address had too many tries. `all`: all addresses together had too many. */
interface Refused {
  own: number;
  all: number;
}

/** Tries many PINs and codes from an address. None of them is answered. */
function tryFrom(address: string, times: number): Refused {
  const presented = { libraryCardNumber: '21852000000033', address, widerNetworks: [] };
  const refused: Refused = { own: 0, all: 0 };
  for (let tries = 0; tries < times; tries += 1) {
    const tried = [
      graph.authenticate({ ...presented, pin: '1234', knownBrowser: false }),
      graph.setPin({ ...presented, code: '12345678', newPin: '1234' }, 'en'),
    ];
    for (const answer of tried) {
      answer.catch((error: unknown) => {
        refused.own += Number(error instanceof TooManyQuestions);
        refused.all += Number(error instanceof GraphUnavailable);
      });
    }
  }
  return refused;
}

test('however many try PINs and codes from one address, another address and those who are signed in are answered', async () => {
  const refused = tryFrom('a network', 100);
  await expect.poll(() => refused, { timeout: 10_000 }).toEqual({ own: 200 - 23 - 16, all: 0 });
  const other = tryFrom('another network', 1);
  await expect.poll(() => hanging.get('another network')).toBe(1);
  expect(other).toEqual({ own: 0, all: 0 });
  expect(await graph.standing('P0000001', 'example-ebooks')).toEqual({ ...standing, ageBand: null });
});

test('if too many addresses try at once, each further one is told that all are too many', async () => {
  for (let number = 0; number < 24 + 48; number += 1) {
    const address = `network ${number}`;
    const presented = { libraryCardNumber: '21852000000033', address, widerNetworks: [] };
    graph.authenticate({ ...presented, pin: '1234', knownBrowser: false }).catch(() => undefined);
  }
  await expect.poll(() => hanging.size, { timeout: 10_000 }).toBe(24);
  const refused = tryFrom('one more', 1);
  await expect.poll(() => refused).toEqual({ own: 0, all: 2 });
  expect(await graph.standing('P0000001', 'example-ebooks')).toEqual({ ...standing, ageBand: null });
});

test('however often one reader is asked for, others are answered', async () => {
  let own = 0;
  for (let times = 0; times < 200; times += 1) {
    graph.standing('P0000001', 'a partner that hangs').catch((error: unknown) => {
      own += Number(error instanceof TooManyQuestions);
    });
  }
  await expect.poll(() => own, { timeout: 10_000 }).toBe(200 - 47 - 32);
  expect(await graph.standing('P0000002', 'example-ebooks')).toEqual({ ...standing, ageBand: null });
});

test.each([
  [{ code: 'RATE_LIMITED' }, TooManyQuestions],
  [{ code: 'UPSTREAM_OVERLOADED', lack: 'caller' }, TooManyQuestions],
  [{ code: 'UPSTREAM_OVERLOADED' }, GraphUnavailable],
  [{ code: 'UPSTREAM_TIMEOUT' }, GraphUnavailable],
])('an answer with %j is told apart: too many questions, or an outage', async (extensions, type) => {
  const partner = `an answer with ${JSON.stringify(extensions)}`;
  await expect(graph.standing('P0000001', partner)).rejects.toBeInstanceOf(type);
});
