import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PatronRegistry } from '../../../../adapters/patrons/port.ts';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import { readSeed } from '../../../../simulators/index.ts';
import type { JournalDatabase } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { patronsSubgraph } from '../../../../subgraphs/patrons/resolvers/index.ts';
import { createSubgraphServer } from '../../../../subgraphs/runtime/http.ts';
import { ServedSubgraph } from '../../../../subgraphs/runtime/served-subgraph.ts';
import { createMemoryCirculation } from '../../../support/memory/circulation.ts';
import { FaultyConnection } from '../../../support/memory/faulty-connection.ts';
import { cutOff, openSlowly } from '../../../support/wire/slow-client.ts';

const secret = new TextEncoder().encode('a secret of thirty-two characters');
const formerSecret = new TextEncoder().encode('a former secret of as many characters');
const log = pino({ level: 'silent' });
const registry: PatronRegistry = {
  findMany: (numbers) => Promise.resolve(numbers.map(() => null)),
  findByDocument: () => Promise.resolve(null),
  search: () => Promise.resolve({ patrons: [], totalCount: 0, hasNextPage: false }),
  register: () => Promise.resolve({ refused: 'INVALID' }),
  amendContact: () => Promise.resolve({ refused: 'NOT_FOUND' }),
  amendPatron: () => Promise.resolve({ refused: 'NOT_FOUND' }),
  addIdentityNumber: () => Promise.resolve({ refused: 'NOT_FOUND' }),
  ping: () => Promise.reject(new Error('down')),
};

let app: FastifyInstance;
let parts: ServedSubgraph;
const stopping = new AbortController().signal;
let url: string;
let journal: JournalDatabase;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  journal = await openSqliteJournal({ secret, path: join(dataDir, 'journal.sqlite') });
  const services = {
    patrons: registry,
    cards: {
      cardsByPatron: () => Promise.resolve([]),
      listApplications: () => Promise.resolve({ rows: [], totalCount: 0, hasNextPage: false }),
    },
    circulation: createMemoryCirculation(readSeed(), () => new Date(), new FaultyConnection('circulation')),
    standingBlocks: journal,
    cardEvents: journal,
    merged: journal,
    findings: journal,
    times: changeTimes,
    monotonic: () => performance.now(),
    journal,
    audit: journal,
    attempts: journal,
    observer: {},
    changes: journal,
    erasure: journal,
    owing: journal,
    fingerprintKey: secret,
    log,
  };
  const check = { name: 'journal', check: () => journal.ping().then(() => ({})) };
  parts = new ServedSubgraph('patron registry');
  const definition = patronsSubgraph(() => services);
  await parts.open(async () => ({ definition, journal: check, ping: registry.ping }), log, stopping);
  app = createSubgraphServer({
    name: 'patrons',
    tls: null,
    secrets: [secret, formerSecret],
    log,
    stopping,
    requestTimeoutMs: 1000,
    health: parts,
    subgraph: () => parts.subgraph,
  });
  url = await app.listen({ port: 0 });
});
afterAll(async () => {
  await app.close();
  await parts[Symbol.asyncDispose]();
  await journal[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

const body = JSON.stringify({ query: '{ me { id } }' });

interface HeaderOptions {
  audience?: string;
  forBody?: string;
  expires?: string;
  /** The age in seconds. Null leaves it out. */
  age?: number | null;
  key?: Uint8Array;
}
function header({
  audience = 'patrons',
  forBody = body,
  expires = '30s',
  age = 0,
  key = secret,
}: HeaderOptions = {}) {
  const signed = new SignJWT({ caller: null, body: createHash('sha256').update(forBody).digest('base64url') })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setExpirationTime(expires);
  return (age === null ? signed : signed.setIssuedAt(Math.floor(Date.now() / 1000) - age)).sign(key);
}

const send = (headers: Record<string, string>) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

test('a request that the gateway signed is answered, anonymous or not', async () => {
  const response = await send({ 'patron-graph-caller': await header() });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { me: null } });
});

test('a request that was signed with another of its secrets is answered: SUBGRAPH_SECRET is being changed', async () => {
  const response = await send({ 'patron-graph-caller': await header({ key: formerSecret }) });
  expect(response.status).toBe(200);
});

test.each<[string, HeaderOptions | null]>([
  ['without the header', null],
  ['signed for another subgraph', { audience: 'circulation' }],
  ['signed for another body', { forBody: '{}' }],
  ['signed too long ago', { expires: '-1s' }],
  ['that is old, though it says that it holds for an hour', { expires: '1h', age: 32 }],
  ['from a time to come', { expires: '1h', age: -60 }],
  ["that doesn't say when it was signed", { expires: '1h', age: null }],
  ['signed with another of its secrets, but too long ago', { key: formerSecret, expires: '-1s' }],
  ['signed with another secret', { key: new TextEncoder().encode('another secret of as many characters') }],
])('a request %s is refused', async (_what, options) => {
  const headers = options === null ? {} : { 'patron-graph-caller': await header(options) };
  const response = await send(headers);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('a gateway whose clock is a little ahead or behind is let in', async () => {
  for (const age of [-3, 20]) {
    expect((await send({ 'patron-graph-caller': await header({ age }) })).status).toBe(200);
  }
});

test("the gateway's own transport is let in", async () => {
  await using subgraph = createHttpSubgraph('patrons', new URL(url), secret);
  const answer = await subgraph.transport(
    { subgraph: 'patrons', operation: '{ me { id } }', kind: 'query', variables: {} },
    {
      ...anonymous,
      authenticated: true,
      issuer: 'https://id.example',
      subject: 'u',
      patronId: 'P0000001',
      audience: null,
      scopes: new Set(['patrons:read']),
    },
    AbortSignal.timeout(5000),
    'reader',
    null,
    null,
  );
  expect(answer).toEqual({ data: { me: null } });
});

test('the health routes answer GET and HEAD, and a system that is down keeps no subgraph out of service', async () => {
  for (const path of ['live', 'ready', 'dependencies']) {
    const [whole, head] = await Promise.all([
      fetch(`${url}/health/${path}`),
      fetch(`${url}/health/${path}`, { method: 'HEAD' }),
    ]);
    expect([whole.status, head.status, await head.text()]).toEqual([200, 200, '']);
    expect(await whole.json()).toEqual(
      {
        live: { live: true },
        ready: { ready: true, stopping: false, conditions: { journal: true } },
        dependencies: { dependencies: { journal: 'up', 'patron registry': 'down' } },
      }[path],
    );
  }
});

test('no response may be cached, or its content type guessed', async () => {
  const answers = [
    await send({ 'patron-graph-caller': await header() }),
    await send({}),
    await fetch(`${url}/health/live`),
    await fetch(`${url}/health/ready`),
    await fetch(`${url}/nowhere`),
    await fetch(`${url}/%zz`),
    await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 200, 404, 400, 415]);
  for (const { headers } of answers) {
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      'no-store',
      'nosniff',
    ]);
  }
});

test('a client that sends only headers is disconnected within seconds', { timeout: 20_000 }, async () => {
  const slow = await openSlowly(url, 'POST /graphql HTTP/1.1\r\nhost: x\r\n');
  await cutOff(slow);
});
