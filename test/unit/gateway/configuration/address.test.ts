/** A supergraph at an HTTP address. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { SupergraphLocation } from '../../../../gateway/configuration/read-configuration.ts';
import { addressSource } from '../../../../gateway/from-file/sources/address.ts';
import { type ListeningServer, listenOnLoopback } from '../../../support/servers/loopback.ts';
import { startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

const key = 'k'.repeat(32);
let world: World;
let registry: ListeningServer;
let folder: string;
/** What the registry serves, and the requests that it got. */
let served: { status: number; text: string; etag: string | null; signature: string | null };
const requests: { headers: IncomingHttpHeaders; status: number }[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-address-'));
  await writeFile(join(folder, 'key'), `${key}\n`);
  world = await createWorld();
  registry = await listenOnLoopback(
    createServer(({ headers }, response) => {
      const { status, text, etag, signature } = served;
      const isSame = etag !== null && headers['if-none-match'] === etag;
      requests.push({ headers, status: isSame ? 304 : status });
      if (etag !== null) {
        response.setHeader('etag', etag);
      }
      if (signature !== null) {
        response.setHeader('x-signature-sha256', signature);
      }
      response.writeHead(isSame ? 304 : status, { location: '/elsewhere' }).end(isSame ? undefined : text);
    }),
  );
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  requests.length = 0;
  served = { status: 200, text: world.supergraph(), etag: '"1"', signature: null };
});

const signed = (text: string, by = key) => createHmac('sha256', by).update(text).digest('base64');
const start = (settings: Partial<Extract<SupergraphLocation, { kind: 'address' }>> = {}) =>
  startOver(
    addressSource({
      kind: 'address',
      url: new URL(`${registry.origin}/supergraph`),
      headers: {},
      pollIntervalMs: 100,
      signatureKeyFile: null,
      ...settings,
    }),
  );
const query = '{ me { id } }';

test('it is fetched with its headers, and again only if its ETag has changed', async () => {
  await using gateway = await start({ headers: { 'x-key': 'secret' } });
  expect((await gateway.ask(query)).body.data).toEqual({ me: { id: 'u0' } });
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(3), 10_000);
  expect(
    requests.slice(0, 3).map(({ status, headers }) => [status, headers['if-none-match'], headers['x-key']]),
  ).toEqual([
    [200, undefined, 'secret'],
    [304, '"1"', 'secret'],
    [304, '"1"', 'secret'],
  ]);
  served = {
    ...served,
    text: world.supergraph((text) => text.replace('  total: Int', '  total: Int\n  more: Int')),
    etag: '"2"',
  };
  await gateway.logged(/the supergraph at http:\S+ took over/);
  expect((await gateway.ask('{ __type(name: "UserPage") { fields { name } } }')).body.data).toMatchObject({
    __type: { fields: [{ name: 'users' }, { name: 'total' }, { name: 'more' }] },
  });
});

test('one that can not be fetched or used leaves the former in place, and each reason is told once', async () => {
  await using gateway = await start();
  served = { ...served, status: 500, etag: null };
  await gateway.logged(/the answer is HTTP 500\. The one before stays/);
  served = { ...served, status: 302 };
  await gateway.logged(/the answer is HTTP 302\. The one before stays/);
  served = { ...served, status: 200 };
  await gateway.logged(/The supergraph at http:\S+ can be read again\./);
  served = { ...served, status: 200, text: 'type Query {', etag: '"3"' };
  await gateway.logged(/Syntax Error.* The one before stays/);
  const { length } = requests;
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(length + 3), 10_000);
  expect(gateway.log.filter((line) => line.includes('The one before stays'))).toHaveLength(3);
  expect(gateway.log.filter((line) => line.includes('can be read again'))).toHaveLength(1);
  expect((await gateway.ask(query)).body.data).toEqual({ me: { id: 'u0' } });
});

test('with a key only a signed supergraph is used', async () => {
  const signatureKeyFile = join(folder, 'key');
  const wrong = /X-Signature-SHA256 is not the signature with the configured key/;
  await expect(start({ signatureKeyFile })).rejects.toThrow(wrong);
  served.signature = signed(served.text, 'x'.repeat(32));
  await expect(start({ signatureKeyFile })).rejects.toThrow(wrong);
  served.signature = signed(served.text);
  await using gateway = await start({ signatureKeyFile });
  served = { ...served, text: `${served.text}\n`, etag: '"4"' };
  await gateway.logged(wrong);
  expect((await gateway.ask(query)).body.data).toEqual({ me: { id: 'u0' } });
  served.signature = signed(served.text);
  await gateway.logged(/took over/);
  await writeFile(join(folder, 'short'), 'short');
  await expect(start({ signatureKeyFile: join(folder, 'short') })).rejects.toThrow(
    /shorter than 32 characters/,
  );
});

test('at the start, an address that does not answer is named with the reason', async () => {
  served.status = 404;
  await expect(start()).rejects.toThrow(
    /The supergraph at http:\S+\/supergraph can't be used: the answer is HTTP 404\.$/,
  );
  await expect(start({ url: new URL('http://127.0.0.1:9/') })).rejects.toThrow(
    /127\.0\.0\.1:9\/ can't be used: \S+/,
  );
});
