import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../../../../gateway/access/bearer.ts';
import { trustedEntry } from '../../../../../gateway/access/issuers/entry.ts';
import { type KeptKeys, openKeyStore } from '../../../../../gateway/access/issuers/kept-keys.ts';
import { type KeyTimes, keyTimes, RefreshedKeys } from '../../../../../gateway/access/issuers/keys.ts';
import { loadKeys } from '../../../../../gateway/access/issuers/load-keys.ts';
import { openIssuers } from '../../../../../gateway/access/open-issuers.ts';
import { type IdentityProvider, startIdentityProvider } from '../../../../support/identity-provider.ts';

let provider: IdentityProvider;
let folder: string;
const resources: AsyncDisposable[] = [];
const warnings: [object, string][] = [];
const log = { warn: (details: object, message: string) => void warnings.push([details, message]) };
beforeEach(async () => {
  provider = await startIdentityProvider();
  folder = await mkdtemp(join(tmpdir(), 'patron-graph-keys-'));
  warnings.length = 0;
});
afterEach(async () => {
  for (const resource of [...resources.splice(0), provider]) {
    await resource[Symbol.asyncDispose]();
  }
  await rm(folder, { recursive: true });
});

const iss = 'https://id.example';
const now = () => Date.now();

/** An authenticator that uses the provider's keys. */
function openKeys(times: Partial<KeyTimes> = {}, clock = now) {
  const keys = new RefreshedKeys({
    name: 'one',
    load: (signal) => loadKeys({ url: provider.url }, signal),
    keep: () => Promise.resolve(),
    log,
    now: clock,
    times: { ...keyTimes, ...times },
  });
  resources.push(keys);
  const { authenticate } = createAuthenticator([{ entry: trustedEntry('one', iss, 'a'), keys }], clock);
  return { keys, accept: (token: string) => authenticate(`Bearer ${token}`) };
}

const newToken = (kid = 'one', lifetimeSeconds = 600) =>
  provider.sign(
    {
      iss,
      aud: 'a',
      sub: 'u',
      exp: Math.floor(Date.now() / 1000) + lifetimeSeconds,
      jti: crypto.randomUUID(),
    },
    { alg: 'ES256', kid },
  );
/** A token that names a key which doesn't exist. */
async function forgedToken(): Promise<string> {
  const [, payload, signature] = (await newToken()).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: crypto.randomUUID() })).toString(
    'base64url',
  );
  return [header, payload, signature].join('.');
}
const rejection = (status: number) => expect.objectContaining({ name: 'BearerError', status });

describe('a token of an unknown key', () => {
  test('has the keys fetched again, so that a new key works at once', async () => {
    const { keys, accept } = openKeys({ cooldown: 0 });
    await keys.start();
    await provider.addKey('two');
    expect(await accept(await newToken('two'))).toMatchObject({ subject: 'u' });
    expect(provider.requests).toBe(2);
  });

  test('is refused without another request while the last one was just now, however many there are', async () => {
    const { keys, accept } = openKeys();
    await keys.start();
    for (let n = 1; n <= 50; n += 1) {
      await expect(accept(await forgedToken())).rejects.toEqual(rejection(401));
    }
    expect(provider.requests).toBe(1);
    expect(await accept(await newToken())).toMatchObject({ subject: 'u' });
  });

  test('is 503 and not 401 while the issuer is away, with one request for all', async () => {
    const { keys, accept } = openKeys({ cooldown: 0 });
    await keys.start();
    provider.behaviour = 'hangs';
    const tokens = await Promise.all(Array.from({ length: 50 }, forgedToken));
    const refused = Promise.allSettled(tokens.map(accept));
    await expect.poll(() => provider.requests).toBe(2);
    await provider[Symbol.asyncDispose]();
    for (const outcome of await refused) {
      expect(outcome).toEqual({ status: 'rejected', reason: rejection(503) });
    }
    expect(keys.state).toBe('stale');
    expect(warnings).toHaveLength(1);
    provider = await startIdentityProvider();
  });

  test('does not wait where a hundred wait already', async () => {
    const { keys, accept } = openKeys({ timeout: 60_000 });
    provider.behaviour = 'hangs';
    const ended = keys.start();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => newToken()));
    const waiting = Promise.allSettled(tokens.map(accept));
    await expect(accept(await newToken())).rejects.toEqual(rejection(503));
    await keys[Symbol.asyncDispose]();
    expect(await ended).toBe(false);
    expect((await waiting).filter(({ status }) => status === 'rejected')).toHaveLength(100);
  });
});

describe('keys', () => {
  test('are refreshed in the background, and a token is forgotten once its key is withdrawn', async () => {
    const { keys, accept } = openKeys({ refresh: 50 });
    await keys.start();
    await provider.addKey('two');
    await expect.poll(() => keys.generation).toBe(2);
    const token = await newToken('two');
    expect(await accept(token)).toMatchObject({ subject: 'u' });
    provider.withdrawKey('two');
    await expect.poll(() => keys.generation).toBe(3);
    await expect(accept(token)).rejects.toEqual(rejection(401));
    expect(await accept(await newToken())).toMatchObject({ subject: 'u' });
  });

  test('that could not be refreshed are refreshed soon after', async () => {
    provider.behaviour = 'fails';
    const { keys } = openKeys({ retry: 50 });
    expect(await keys.start()).toBe(false);
    expect(keys.state).toBe('down');
    expect(warnings[0]).toEqual([{ issuer: 'one', reason: 'HTTP 503' }, expect.any(String)]);
    provider.behaviour = 'answers';
    await expect.poll(() => keys.state).toBe('up');
  });

  test('are not made younger by a clock that is put back', async () => {
    let clock = 1_000_000_000_000;
    const { keys } = openKeys({ maxAge: 200, refresh: 60_000 }, () => clock);
    await keys.start();
    expect(keys.generation).toBe(1);
    clock -= 1000;
    await expect.poll(() => keys.generation).toBeNull();
  });

  test.each([
    ['no JSON', '<html>', 'it is not JSON'],
    ['no keys', '{"keys":[]}', 'it is not a JWK Set with at least one key'],
    ['too much', JSON.stringify({ keys: ['x'.repeat(300_000)] }), 'it has more than 262144 bytes'],
  ])('are not replaced by %s', async (_what, body, reason) => {
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    await expect(loadKeys({ url }, AbortSignal.timeout(5000))).rejects.toThrow(reason);
    server.close();
  });
});

describe('the folder of kept keys', () => {
  const kept: KeptKeys = { jwks: { keys: [{ kty: 'EC', kid: 'one' }] }, fetchedAt: 1_795_650_000_000 };
  const url = 'https://id.example/keys';

  test('has one file for each issuer, for its owner alone', async () => {
    const store = openKeyStore(join(folder, 'keys'));
    expect(await store.read('one', url)).toBeNull();
    await store.write('one', url, kept);
    await Promise.all(Array.from({ length: 20 }, () => store.write('one', url, kept)));
    expect(await store.read('one', url)).toEqual(kept);
    expect(await readdir(join(folder, 'keys'))).toEqual(['one.json']);
    expect((await stat(join(folder, 'keys', 'one.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
  });

  test('gives no keys that came from another URL', async () => {
    const store = openKeyStore(folder);
    await store.write('one', url, kept);
    expect(await store.read('one', `${url}/other`)).toBeNull();
  });

  const openOne = async () => {
    const issuers = { url: new URL(provider.url), issuer: iss, audience: 'a' };
    const open = await openIssuers({ issuers, issuerKeysDir: folder }, { log });
    resources.push(open ?? expect.fail());
    return open ?? expect.fail();
  };

  test.each(['', '{', '{"url":"x"}'])('is no reason not to start where it has %j', async (content) => {
    await writeFile(join(folder, 'default.json'), content);
    const { authenticate } = await openOne();
    expect(await authenticate(`Bearer ${await newToken()}`)).toMatchObject({ subject: 'u' });
    expect(warnings).toEqual([[expect.anything(), "an issuer's kept keys could not be read"]]);
    await expect
      .poll(async () => JSON.parse(await readFile(join(folder, 'default.json'), 'utf8')))
      .toMatchObject({
        url: provider.url,
      });
  });

  test('gives no keys from the future, which would last for longer than a day', async () => {
    const jwks = await loadKeys({ url: provider.url }, AbortSignal.timeout(5000));
    await openKeyStore(folder).write('default', provider.url, { jwks, fetchedAt: Date.now() + 60_000 });
    provider.behaviour = 'fails';
    const { authenticate } = await openOne();
    await expect(authenticate(`Bearer ${await newToken()}`)).rejects.toEqual(rejection(503));
  });

  test('that can not be written is reported, and the keys are used all the same', async () => {
    await writeFile(join(folder, 'file'), '');
    const issuers = { url: new URL(provider.url), issuer: iss, audience: 'a' };
    const open = await openIssuers({ issuers, issuerKeysDir: join(folder, 'file', 'keys') }, { log });
    resources.push(open ?? expect.fail());
    expect(await open?.authenticate(`Bearer ${await newToken()}`)).toMatchObject({ subject: 'u' });
    await expect
      .poll(() => warnings)
      .toContainEqual([
        { issuer: 'default', reason: 'ENOTDIR' },
        "an issuer's keys could not be kept for the next start",
      ]);
  });
});

describe('a verified token', () => {
  test('is remembered for a minute, and not beyond its expiry', async () => {
    let clock = Date.now();
    let verified = 0;
    const { keys } = openKeys({}, () => clock);
    await keys.start();
    const counted = {
      generation: 1,
      state: 'up' as const,
      ageMs: null,
      find: (...args: Parameters<typeof keys.find>) => {
        verified += 1;
        return keys.find(...args);
      },
    };
    const entry = trustedEntry('one', iss, 'a');
    const { authenticate } = createAuthenticator([{ entry, keys: counted }], () => clock);
    const [long, short] = [await newToken(), await newToken('one', 20)];
    const at = (seconds: number) => {
      clock += seconds * 1000;
    };
    for (const token of [long, long, short, short]) {
      await authenticate(`Bearer ${token}`);
    }
    expect(verified).toBe(2);
    at(26);
    await expect(authenticate(`Bearer ${short}`)).rejects.toThrow('expired');
    await authenticate(`Bearer ${long}`);
    expect(verified).toBe(3);
    at(34);
    await authenticate(`Bearer ${long}`);
    expect(verified).toBe(4);
    // The clock was put back, so the age of the verification is unknown. The token is verified again.
    at(-3600);
    await authenticate(`Bearer ${long}`);
    expect(verified).toBe(5);
  });

  test('is not remembered where there were no keys before it, so that it ends with the keys', async () => {
    let ahead = 0;
    const { keys, accept } = openKeys({ maxAge: 40_000 }, () => Date.now() + ahead);
    const token = await newToken();
    expect(await accept(token)).toMatchObject({ subject: 'u' });
    provider.behaviour = 'fails';
    ahead = 41_000;
    expect(keys.state).toBe('down');
    await expect(accept(token)).rejects.toEqual(rejection(503));
  });

  test('that was refused is not remembered: it may be accepted later', async () => {
    const { keys, accept } = openKeys({ cooldown: 0 });
    await keys.start();
    await provider.addKey('two');
    const token = await newToken('two');
    provider.withdrawKey('two');
    await expect(accept(token)).rejects.toEqual(rejection(401));
    await provider.addKey('three');
    expect(await accept(await newToken('three'))).toMatchObject({ subject: 'u' });
  });
});
