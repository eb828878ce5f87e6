import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { openClientTls } from '../../../../platform/tls/client.ts';
import { createAuthority, forThisMachine } from '../../../support/certificates.ts';
import { asked, clientOf, empty, failureOf, signal } from '../../adapters/soap/prs-client.ts';
import { clientTls, nodeAcceptsOldTls, settingsOf, silent } from './client-settings.ts';

const authority = createAuthority();
afterAll(() => authority[Symbol.dispose]());
const { ca, caFile } = authority;
const server = authority.issue('registry', forThisMachine);
const client = authority.issue('patron-graph', 'DNS:gateway');
const change = { DETAILS: { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } } as const;

/** A registry that answers over TLS. It counts its requests, and records the names of its clients. */
async function startRegistry(options: ServerOptions = server) {
  const seen: { requests: number; clients: string[] } = { requests: 0, clients: [] };
  const https = createServer(options, (request, response) => {
    seen.requests += 1;
    if (request.socket instanceof TLSSocket) {
      const { CN = '' } = request.socket.getPeerCertificate().subject ?? {};
      seen.clients.push(String(CN));
    }
    response.setHeader('content-type', 'text/xml; charset=utf-8').end(empty);
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const address = https.address();
  const port = typeof address === 'object' ? address?.port : null;
  return {
    url: `https://127.0.0.1:${port}/prs`,
    seen,
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      https.close();
      await once(https, 'close');
    },
  };
}

const limits = { deadlineMs: 5_000, retryDelayMs: 0 };

test('a private authority is trusted where it is configured, and nowhere else', async () => {
  await using registry = await startRegistry();
  await using trusting = clientOf(registry.url, limits, undefined, clientTls({ caFile }));
  await expect(trusting.call('GetPatrons', asked, signal())).resolves.toBeDefined();
  await using other = clientOf(registry.url, limits);
  const failure = await failureOf(other.call('GetPatrons', asked, signal()));
  expect(failure).toMatchObject({ reason: 'unreachable' });
  expect(failure.message).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  expect(registry.seen.requests).toBe(1);
});

const wrongName = authority.issue('registry', 'DNS:registry.example.org');
const expired = authority.issue('registry', forThisMachine, [-20, -10]);

test.each([
  ['of another name', wrongName, 'CERT_OF_ANOTHER_NAME'],
  ['that has expired', expired, 'CERT_HAS_EXPIRED'],
  ['in TLS 1.1', { ...server, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const, 'ERR_SSL'],
])('a server %s is unreachable: a change was not sent, and is surely not done', async (_, options, code) => {
  // Node's own defaults would allow TLS 1.1 here.
  using _old = nodeAcceptsOldTls();
  await using registry = await startRegistry(options);
  await using prs = clientOf(registry.url, limits, undefined, clientTls({ caFile }));
  let asksMaySend = 0;
  const sent = prs.change(
    'RegisterPatron',
    change,
    () => 'done',
    signal(),
    () => {
      asksMaySend += 1;
      return true;
    },
  );
  const failure = await failureOf(sent);
  expect(failure.reason).toBe('unreachable');
  expect(failure.message).toContain(code);
  expect([asksMaySend, registry.seen.requests]).toEqual([0, 0]);
  // undici may lose its client after such an error. The next call must still get its answer.
  expect((await failureOf(prs.call('GetPatrons', asked, signal()))).message).toContain(code);
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async () => {
  await using registry = await startRegistry(expired);
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    await using prs = clientOf(registry.url, limits, undefined, clientTls({ caFile }));
    expect((await failureOf(prs.call('GetPatrons', asked, signal()))).reason).toBe('unreachable');
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client certificate is demanded and given in %s',
  async (version) => {
    const demanding = { ...server, ca, requestCert: true, minVersion: version, maxVersion: version };
    await using registry = await startRegistry(demanding);
    await using known = clientOf(registry.url, limits, undefined, clientTls({ caFile, certificate: client }));
    await expect(known.call('GetPatrons', asked, signal())).resolves.toBeDefined();
    expect(registry.seen).toEqual({ requests: 1, clients: ['patron-graph'] });

    await using unknown = clientOf(registry.url, limits, undefined, clientTls({ caFile }));
    expect((await failureOf(unknown.call('GetPatrons', asked, signal()))).reason).toBe('unreachable');
    const failure = await failureOf(unknown.change('RegisterPatron', change, () => 'done', signal()));
    // In TLS 1.3 the server refuses after the first bytes were sent. So nobody knows whether the change was made.
    expect(failure.reason).toBe(version === 'TLSv1.2' ? 'unreachable' : 'outcome-unknown');
    expect(registry.seen.requests).toBe(1);
  },
);

test('a renewed certificate is shown at the next connection, without a restart', async () => {
  const renewed = authority.issue('patron-graph renewed', 'DNS:gateway');
  const certificate = {
    certFile: join(authority.folder, 'live.pem'),
    keyFile: join(authority.folder, 'live.key'),
  };
  const place = (issued: typeof client) => {
    copyFileSync(issued.certFile, certificate.certFile);
    copyFileSync(issued.keyFile, certificate.keyFile);
  };
  place(client);
  await using registry = await startRegistry({ ...server, ca, requestCert: true });
  let now = Date.now();
  const tls = openClientTls(settingsOf({ caFile, certificate }), silent, () => now);
  await using prs = clientOf(registry.url, limits, undefined, tls);
  // Each change opens a new connection.
  const connectAnew = () => failureOf(prs.change('RegisterPatron', change, () => 'done', signal()));
  await connectAnew();
  place(renewed);
  await connectAnew();
  now += 60_000;
  await connectAnew();
  expect(registry.seen.clients).toEqual(['patron-graph', 'patron-graph', 'patron-graph renewed']);
});
