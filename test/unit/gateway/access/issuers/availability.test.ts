import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readGatewayConfig } from '../../../../../gateway/config.ts';
import type { RunningGateway } from '../../../../../gateway/http/running-gateway.ts';
import { startGateway } from '../../../../../gateway/start.ts';
import { type IdentityProvider, startIdentityProvider } from '../../../../support/identity-provider.ts';

const hourMs = 60 * 60 * 1000;

let provider: IdentityProvider;
let keysDir: string;
/** The time by which the gateway's clock is ahead, in ms. */
let ahead = 0;
beforeEach(async () => {
  provider = await startIdentityProvider();
  keysDir = await mkdtemp(join(tmpdir(), 'patron-graph-keys-'));
  ahead = 0;
});
afterEach(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(keysDir, { recursive: true });
});

/** A gateway with one issuer, which the variables JWKS_URL, JWT_ISSUER and JWT_AUDIENCE define. */
const startWithIssuer = (env: NodeJS.ProcessEnv = {}): Promise<RunningGateway> =>
  startGateway(
    readGatewayConfig({
      PORT: '0',
      NODE_ENV: 'production',
      JWKS_URL: provider.url,
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'patron-graph',
      ...env,
    }),
    { transports: new Map(), streams: new Map(), dependencies: [], journal: null, onlySimulators: false },
    pino({ level: 'silent' }),
    { now: () => Date.now() + ahead },
  );

/** A new token, which no gateway has verified yet. A `kid` other than `one` names a key that is in no JWK Set. */
const newToken = (kid = 'one') =>
  provider.sign(
    {
      iss: 'https://id.example',
      aud: 'patron-graph',
      exp: Math.floor((Date.now() + 48 * hourMs) / 1000),
      jti: crypto.randomUUID(),
    },
    { alg: 'ES256', kid },
  );

async function ask({ address }: RunningGateway, token: string): Promise<[number, unknown]> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ __typename }"}',
  });
  return [response.status, await response.json()];
}

async function stateOf({ address }: RunningGateway): Promise<unknown> {
  const body = (await (await fetch(`${address}/health/dependencies`)).json()) as { dependencies: object };
  return body.dependencies;
}

const accepted = [200, { data: { __typename: 'Query' } }];
const unavailable = (message: string) => [
  503,
  {
    errors: [
      {
        message: expect.stringContaining(message),
        extensions: { code: 'AUTHENTICATION_UNAVAILABLE' },
      },
    ],
  },
];
const isUp = (gateway: RunningGateway) =>
  expect.poll(() => stateOf(gateway)).toEqual({ 'issuer default': 'up' });

test("an issuer's tokens are accepted once its keys are there, and the gateway starts without them", async () => {
  provider.behaviour = 'fails';
  await using gateway = await startWithIssuer();
  const token = await newToken();
  expect(await ask(gateway, token)).toEqual(unavailable("can't be fetched"));
  expect(await stateOf(gateway)).toEqual({ 'issuer default': 'down' });
  expect((await fetch(`${gateway.address}/health/ready`)).status).toBe(503);
  provider.behaviour = 'answers';
  await vi.waitFor(async () => expect(await ask(gateway, token)).toEqual(accepted), 5000);
  expect(await stateOf(gateway)).toEqual({ 'issuer default': 'up' });
  expect((await fetch(`${gateway.address}/health/ready`)).status).toBe(200);
  // GraphiQL is not served in production.
  expect((await fetch(`${gateway.address}/graphiql`)).status).toBe(404);
});

test('keys in a file, which are always there, make no gateway ready while all other issuers are away', async () => {
  provider.behaviour = 'fails';
  const entry = { audiences: ['patron-graph'], grants: [{ audience: 'station', scopes: ['station'] }] };
  const issuers = [
    { ...entry, name: 'staff', issuer: 'https://id.example', keys: { url: provider.url } },
    { ...entry, name: 'stations', issuer: 'stations', keys: { file: 'keys.json' } },
  ];
  const keys = join(keysDir, 'keys.json');
  await writeFile(
    keys,
    JSON.stringify({ keys: [await exportJWK((await generateKeyPair('ES256')).publicKey)] }),
  );
  const startWith = async (some: readonly object[]) => {
    const file = join(keysDir, 'issuers.json');
    await writeFile(file, JSON.stringify({ issuers: some }));
    const none = { JWKS_URL: '', JWT_ISSUER: '', JWT_AUDIENCE: '' };
    return await startWithIssuer({ ...none, NODE_ENV: 'development', ISSUERS_FILE: file });
  };
  const readiness = async ({ address }: RunningGateway) => (await fetch(`${address}/health/ready`)).status;
  await using gateway = await startWith(issuers);
  expect(await stateOf(gateway)).toMatchObject({ 'issuer staff': 'down' });
  expect(await readiness(gateway)).toBe(503);
  provider.behaviour = 'answers';
  // The token makes the gateway fetch the issuer's keys now, without waiting for its next attempt.
  const token = await newToken();
  await expect
    .poll(() => ask(gateway, token).then(() => readiness(gateway)), { timeout: 30_000, interval: 500 })
    .toBe(200);
  await using local = await startWith(issuers.slice(1));
  expect(await readiness(local)).toBe(200);
}, 60_000);

test('an issuer that is away for 23 hours stops nobody, and after 25 hours it is refused and says why', async () => {
  await using gateway = await startWithIssuer();
  await isUp(gateway);
  const known = await newToken();
  expect(await ask(gateway, known)).toEqual(accepted);
  provider.behaviour = 'fails';
  ahead = 23 * hourMs;
  expect(await ask(gateway, known)).toEqual(accepted);
  expect(await ask(gateway, await newToken())).toEqual(accepted);
  ahead = 25 * hourMs;
  for (const token of [known, await newToken()]) {
    expect(await ask(gateway, token)).toEqual(unavailable('could not be fetched for 24 hours'));
  }
  expect(await stateOf(gateway)).toEqual({ 'issuer default': 'down' });
  provider.behaviour = 'answers';
  await vi.waitFor(async () => expect(await ask(gateway, known)).toEqual(accepted), 5000);
});

test('no token of a known key waits for an issuer that hangs, and one of an unknown key does not wait for long', async () => {
  const env = { ISSUER_KEYS_DIR: keysDir };
  await using first = await startWithIssuer(env);
  await isUp(first);
  await first[Symbol.asyncDispose]();
  await provider.addKey('new');
  provider.behaviour = 'hangs';
  await using gateway = await startWithIssuer(env);
  let isWaiting = true;
  const unknown = ask(gateway, await newToken('new')).finally(() => {
    isWaiting = false;
  });
  for (let request = 1; request <= 5; request += 1) {
    expect(await ask(gateway, await newToken())).toEqual(accepted);
  }
  expect(isWaiting).toBe(true);
  expect(await unknown).toEqual(unavailable("can't be fetched"));
  expect(await stateOf(gateway)).toEqual({ 'issuer default': 'stale' });
});

test('after a restart while the issuer is away or hangs, the kept keys are used', async () => {
  const env = { ISSUER_KEYS_DIR: join(keysDir, 'created') };
  await using first = await startWithIssuer(env);
  await isUp(first);
  await first[Symbol.asyncDispose]();
  for (const behaviour of ['fails', 'hangs'] as const) {
    provider.behaviour = behaviour;
    ahead = 23 * hourMs;
    await using next = await startWithIssuer(env);
    expect(await ask(next, await newToken())).toEqual(accepted);
    expect(await stateOf(next)).toEqual({ 'issuer default': 'stale' });
    ahead = 25 * hourMs;
    const late = ask(next, await newToken());
    expect(await late).toEqual(unavailable('could not be fetched for 24 hours'));
  }
  provider.behaviour = 'fails';
  ahead = 0;
  await using forgetful = await startWithIssuer();
  expect(await ask(forgetful, await newToken())).toEqual(unavailable("can't be fetched"));
});
