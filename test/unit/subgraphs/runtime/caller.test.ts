import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import { classOf } from '../../../../subgraphs/runtime/call-class.ts';
import { callerHeader, verifyCaller } from '../../../../subgraphs/runtime/caller.ts';

const secret = new TextEncoder().encode('a secret of thirty-two characters');

// Every field is written out, so that `tsc` asks for a value of a new field.
const partner: Caller = {
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'service',
  patronId: null,
  signedInAt: null,
  signInId: null,
  issuedAt: null,
  expiresAt: null,
  clientId: 'web-7',
  partner: 'ebooks',
  branch: 'HKCL',
  scopes: new Set(['partner:verify']),
  audience: 'partner',
  language: 'zh-Hant',
  address: null,
  accessReason: 'READER_PRESENT',
  widerNetworks: [],
  requestId: null,
  claims: {},
  forwarded: {},
};

/** The last request that a subgraph got from the gateway. */
let sent: { readonly header: string; readonly body: Buffer };
const server = createServer(async (request: IncomingMessage, response) => {
  sent = { header: String(request.headers[callerHeader]), body: await buffer(request) };
  response.setHeader('content-type', 'application/json').end('{"data":{}}');
});
let url: URL;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
afterAll(() => void server.close());

test.each([
  ['a partner, with its name', partner],
  ['a client that is no partner', { ...partner, clientId: null, partner: null }],
  ['an anonymous caller', anonymous],
])('a subgraph learns from the gateway about %s', async (_what, caller) => {
  await using subgraph = createHttpSubgraph('credentials', url, secret);
  const request = {
    subgraph: 'credentials',
    operation: '{ __typename }',
    kind: 'query' as const,
    variables: {},
  };
  await subgraph.transport(request, caller, AbortSignal.timeout(5000), 'staff', null, null);
  const {
    audience,
    forwarded: _notToOurOwn,
    claims: _nor,
    issuedAt: _norThis,
    expiresAt: _norThat,
    ...rest
  } = caller;
  expect(verifyCaller(sent.header, sent.body, 'credentials', [secret])).toEqual({
    ...rest,
    callClass: 'staff',
    logged: { audience: audience ?? 'public', operation: null },
  });
});

test('a subgraph tells the addresses of anonymous callers apart, and learns none', async () => {
  await using subgraph = createHttpSubgraph('credentials', url, secret);
  const request = {
    subgraph: 'credentials',
    operation: '{ __typename }',
    kind: 'query' as const,
    variables: {},
  };
  const learnt = async (address: string): Promise<string> => {
    const caller = { ...anonymous, address, widerNetworks: [`${address}/56`] };
    await subgraph.transport(request, caller, AbortSignal.timeout(5000), 'anonymous', null, null);
    const [, payload = ''] = sent.header.split('.');
    expect(Buffer.from(payload, 'base64url').toString()).not.toContain(address);
    const verified = verifyCaller(sent.header, sent.body, 'credentials', [secret]);
    expect(verified.authenticated).toBe(false);
    expect(verified.widerNetworks).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(verified.widerNetworks).not.toContain(verified.address);
    return verified.address ?? expect.fail('it learnt nothing');
  };
  const one = await learnt('203.0.113.7');
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(await learnt('203.0.113.7')).toBe(one);
  expect(await learnt('203.0.113.8')).not.toBe(one);
});

test('a class that is unknown here, because the gateway is newer, counts as `anonymous`', async () => {
  const body = Buffer.from('{}');
  const claims = {
    caller: null,
    callClass: 'tomorrow',
    body: createHash('sha256').update(body).digest('base64url'),
  };
  const header = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience('credentials')
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(secret);
  expect(verifyCaller(header, body, 'credentials', [secret])).toMatchObject({ callClass: 'anonymous' });
});

test('from a gateway that says no partner, branch, time of sign-in or class, the client is the partner, and the kind of the request decides', async () => {
  const body = Buffer.from('{}');
  const caller = { issuer: 'i', subject: 's', patronId: null, clientId: 'web-7', scopes: ['partner:verify'] };
  const header = await new SignJWT({ caller, body: createHash('sha256').update(body).digest('base64url') })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience('credentials')
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(secret);
  const verified = verifyCaller(header, body, 'credentials', [secret]);
  expect(verified).toMatchObject({
    clientId: 'web-7',
    partner: 'web-7',
    branch: null,
    signedInAt: null,
    signInId: null,
    widerNetworks: [],
  });
  expect([classOf(verified, 'query'), classOf(verified, 'mutation')]).toEqual(['reader', 'lending']);
  expect(classOf({ ...verified, authenticated: false }, 'mutation')).toBe('anonymous');
});
