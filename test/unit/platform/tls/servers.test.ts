import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { afterAll, expect, test, vi } from 'vitest';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import type { PemFiles } from '../../../../platform/tls/files.ts';
import { openServerTls } from '../../../../platform/tls/server.ts';
import { createSubgraphServer } from '../../../../subgraphs/runtime/http.ts';
import type { Subgraph } from '../../../../subgraphs/runtime/serve.ts';
import { createAuthority, forThisMachine } from '../../../support/certificates.ts';
import { createTestGateway } from '../../gateway/http/gateway.ts';
import { clientTls, nodeAcceptsOldTls, silent } from './client-settings.ts';

const authority = createAuthority();
afterAll(() => authority[Symbol.dispose]());
const { caFile, folder } = authority;
const own = authority.issue('patrons', forThisMachine);
const gateway = authority.issue('gateway', 'DNS:gateway');
const foreign = createAuthority();
afterAll(() => foreign[Symbol.dispose]());
const stranger = foreign.issue('gateway', 'DNS:gateway');

/** The files that the variables `TLS_DIR` and `TLS_CLIENT_CA_FILE` would give. */
const serverSettings = (
  certificate: Pick<typeof own, 'certFile' | 'keyFile'>,
  clientCa?: string,
): PemFiles => ({
  certificate: { variable: 'TLS_DIR/tls.crt', path: certificate.certFile },
  key: { variable: 'TLS_DIR/tls.key', path: certificate.keyFile },
  ca: clientCa === undefined ? null : { variable: 'TLS_CLIENT_CA_FILE', path: clientCa },
});

const log = pino({ level: 'silent' });
const secret = new TextEncoder().encode('a secret of thirty-two characters');

async function listening(app: FastifyInstance) {
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: new URL(address), [Symbol.asyncDispose]: () => app.close() };
}

function startSubgraph(certificate = own) {
  const subgraph: Subgraph = {
    name: 'patrons',
    execute: async () => ({ data: { __typename: 'Query' } }),
    async *subscribe() {},
    async [Symbol.asyncDispose]() {},
  };
  return listening(
    createSubgraphServer({
      name: 'patrons',
      subgraph: () => subgraph,
      secrets: [secret],
      log,
      tls: openServerTls(serverSettings(certificate, caFile), silent),
      health: {
        known: () => Promise.resolve(),
        conditions: () => ({}),
        dependencies: () => ({ 'patron registry': 'up' }),
      },
      stopping: new AbortController().signal,
      requestTimeoutMs: 1000,
    }),
  );
}

test('a subgraph serves the gateway that shows its certificate', async () => {
  await using server = await startSubgraph();
  expect(server.url.protocol).toBe('https:');
  await using patrons = createHttpSubgraph(
    'patrons',
    server.url,
    secret,
    undefined,
    clientTls({ caFile, certificate: gateway }),
  );
  await expect(patrons.check(AbortSignal.timeout(5_000))).resolves.toEqual({ 'patron registry': 'up' });
});

const otherName = authority.issue('patrons', 'DNS:patrons.example.org');

test.each([
  ['a gateway with no certificate', { caFile }, own],
  ['a gateway with one of another authority', { caFile, certificate: stranger }, own],
  ['a gateway with no trust in its authority', { certificate: gateway }, own],
  [
    'to a subgraph with a certificate of another name, a gateway',
    { caFile, certificate: gateway },
    otherName,
  ],
])('%s has no connection, and closes all the same', async (_, options, shown) => {
  await using server = await startSubgraph(shown);
  await using patrons = createHttpSubgraph('patrons', server.url, secret, undefined, clientTls(options));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(patrons.check(AbortSignal.timeout(5_000))).rejects.toThrow();
  }
});

test('the gateway serves https, in TLS 1.2 and 1.3 alone', async () => {
  // Node's own defaults would allow TLS 1.1 here, on both sides.
  using _old = nodeAcceptsOldTls();
  const app = await createTestGateway({ tls: openServerTls(serverSettings(own), silent) });
  await using server = await listening(app);
  const handshake = async (maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(server.url.port),
      ca: authority.ca,
      maxVersion,
    });
    await once(socket, 'secureConnect');
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };
  await expect(handshake('TLSv1.3')).resolves.toBe('TLSv1.3');
  await expect(handshake('TLSv1.2')).resolves.toBe('TLSv1.2');
  await expect(handshake('TLSv1.1')).rejects.toThrow(/protocol version/);
});

test('a browser is told to use only https for the gateway', async () => {
  const app = await createTestGateway({ tls: openServerTls(serverSettings(own), silent) });
  await using server = await listening(app);
  const dispatcher = new Agent({ connect: { ca: authority.ca } });
  const { headers, body } = await request(new URL('/health/live', server.url), { dispatcher });
  await body.dump();
  await dispatcher.destroy();
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
});

test("a server's renewed certificate is served without a restart", async () => {
  const live = { certFile: join(folder, 'live.pem'), keyFile: join(folder, 'live.key') };
  const place = (issued: typeof own) => {
    copyFileSync(issued.certFile, live.certFile);
    copyFileSync(issued.keyFile, live.keyFile);
  };
  place(own);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  try {
    const app = await createTestGateway({ tls: openServerTls(serverSettings(live), silent) });
    await using server = await listening(app);
    const served = async () => {
      const socket: TLSSocket = connect({
        host: '127.0.0.1',
        port: Number(server.url.port),
        ca: authority.ca,
      });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    expect(await served()).toBe('patrons');
    place(authority.issue('renewed', forThisMachine));
    expect(await served()).toBe('patrons');
    vi.advanceTimersByTime(60_000);
    expect(await served()).toBe('renewed');
  } finally {
    vi.useRealTimers();
  }
});
