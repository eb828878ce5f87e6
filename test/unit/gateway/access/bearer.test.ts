import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator, type Issuer } from '../../../../gateway/access/bearer.ts';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { openDevelopmentIssuer } from '../../../../gateway/access/development.ts';
import { createDenials } from '../../../../gateway/access/guards.ts';
import { fixedKeys, KeysUnavailable } from '../../../../gateway/access/issuers/keys.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-issuer-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const authenticate = (header: string | undefined, issuer: Issuer) =>
  createAuthenticator([issuer]).authenticate(header);
const bearerError = (status: number) => expect.objectContaining({ name: 'BearerError', status });

describe('a bearer token', () => {
  test('identifies the caller', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const token = await issuer.sign(
      { subject: 'u1', patronId: 'P0000001', clientId: 'web', scope: 'patrons:read  circulation:read' },
      60,
    );
    expect(await authenticate(`Bearer ${token}`, issuer)).toEqual({
      authenticated: true,
      issuer: issuer.entry.issuer,
      subject: 'u1',
      patronId: 'P0000001',
      signedInAt: expect.any(Number),
      signInId: expect.any(String),
      issuedAt: expect.any(Number),
      expiresAt: expect.any(Number),
      clientId: 'web',
      partner: 'web',
      branch: null,
      audience: null,
      scopes: new Set(['patrons:read', 'circulation:read']),
      claims: {},
    });
  });

  test('that is absent means an anonymous caller', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    expect(await authenticate(undefined, issuer)).toMatchObject({ authenticated: false, patronId: null });
  });

  test.each(['', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer a b', 'Bearer not.a.token'])(
    'is refused where the header is %j',
    async (header) => {
      const issuer = await openDevelopmentIssuer(dataDir);
      await expect(authenticate(header, issuer)).rejects.toEqual(bearerError(401));
    },
  );

  test('is rejected once it has expired', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const token = await issuer.sign({ subject: 'u1' }, -60);
    await expect(authenticate(`Bearer ${token}`, issuer)).rejects.toThrow('expired');
  });

  test.each(['auth_time', 'iat'])('is rejected if its %s is in the future', async (name) => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const trusted: Issuer = { ...issuer, keys: fixedKeys({ keys: [await exportJWK(publicKey)] }) };
    const now = 1_795_651_199;
    const sign = (time: number) =>
      new SignJWT({ patron_id: 'P0000001', [name]: time })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer.entry.issuer)
        .setAudience('patron-graph')
        .setExpirationTime(now + 60)
        .sign(privateKey);
    const { authenticate: at } = createAuthenticator([trusted], () => now * 1000);
    const { clockToleranceSeconds } = issuer.entry;
    expect(await at(`Bearer ${await sign(now + clockToleranceSeconds)}`)).toMatchObject({
      patronId: 'P0000001',
    });
    for (const time of [now + clockToleranceSeconds + 1, 1e300]) {
      await expect(at(`Bearer ${await sign(time)}`)).rejects.toEqual(bearerError(401));
    }
  });

  test('is rejected when another key signed it, or when it is for another audience', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const sign = (audience: string) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer.entry.issuer)
        .setAudience(audience)
        .setExpirationTime('1m')
        .sign(privateKey);
    await expect(authenticate(`Bearer ${await sign('patron-graph')}`, issuer)).rejects.toEqual(
      bearerError(401),
    );
    const theirs: Issuer = { ...issuer, keys: fixedKeys({ keys: [await exportJWK(publicKey)] }) };
    await expect(authenticate(`Bearer ${await sign('another')}`, theirs)).rejects.toThrow('`aud`');
  });

  test('without an expiry, or signed with a shared secret or not at all, is rejected', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"u1"}')}.`.replaceAll('=', '');
    const shared = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.entry.issuer)
      .setAudience('patron-graph')
      .setExpirationTime('1m')
      .sign(new TextEncoder().encode('a secret of thirty-two characters'));
    for (const token of [unsigned, shared]) {
      await expect(authenticate(`Bearer ${token}`, issuer)).rejects.toEqual(bearerError(401));
    }
  });

  describe('of a key that the issuer has', () => {
    const signed = async (typ: string | undefined, claims: object = {}) => {
      const { privateKey, publicKey } = await generateKeyPair('ES256');
      const { entry } = await openDevelopmentIssuer(dataDir);
      const token = await new SignJWT({ ...claims })
        .setProtectedHeader(typ === undefined ? { alg: 'ES256' } : { alg: 'ES256', typ })
        .setIssuer(entry.issuer)
        .setAudience([...entry.audiences])
        .setExpirationTime('1m')
        .sign(privateKey);
      const keys = fixedKeys({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
      return authenticate(`Bearer ${token}`, { entry, keys });
    };

    test.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt'])(
      'is accepted with the `typ` %j',
      async (typ) => {
        await expect(signed(typ)).resolves.toMatchObject({ authenticated: true });
      },
    );

    test.each(['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'application/logout+jwt', '', 'at'])(
      'is refused with the `typ` %j of another kind of token',
      async (typ) => {
        await expect(signed(typ)).rejects.toThrow('`typ`');
      },
    );

    test.each([{ jkt: 'a' }, { 'x5t#S256': 'a' }, {}, null])(
      'is refused with the key %j, whose proof nobody checks',
      async (cnf) => {
        await expect(signed('at+jwt', { cnf })).rejects.toEqual(bearerError(401));
      },
    );
  });

  test("is answered with 503, not 401, while the issuer's keys are not available", async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const token = await issuer.sign({ subject: 'u1' }, 60);
    const find = () => Promise.reject(new KeysUnavailable('not now'));
    const keys = { ...issuer.keys, find };
    await expect(authenticate(`Bearer ${token}`, { ...issuer, keys })).rejects.toEqual(bearerError(503));
  });
});

describe('the development issuer', () => {
  test('keeps its key in a file that only its owner can read, and uses it again', async () => {
    const file = join(dataDir, 'development-issuer.jwk.json');
    const first = await openDevelopmentIssuer(dataDir);
    const token = await first.sign({ subject: 'u1' }, 60);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const keyFile = await readFile(file, 'utf8');
    const second = await openDevelopmentIssuer(dataDir);
    expect(await readFile(file, 'utf8')).toBe(keyFile);
    expect(await authenticate(`Bearer ${token}`, second)).toMatchObject({ subject: 'u1' });
  });
});

describe('what a caller may not read', () => {
  const denialsOf = createDenials(
    new Map([
      ['Query.me', { authenticated: true, policies: [], scopes: [] }],
      ['Query.patron', { authenticated: false, policies: [], scopes: [[['patrons:read'], ['station']]] }],
      ['Query.both', { authenticated: false, policies: [], scopes: [[['a', 'b']]] }],
    ]),
  );
  const caller = (...scopes: string[]) => ({ ...anonymous, authenticated: true, scopes: new Set(scopes) });

  test('an anonymous caller is denied every field with a requirement', () => {
    const denied = denialsOf({ ...caller(), authenticated: false });
    expect([...denied.values()].map(({ code }) => code)).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
  });

  test('a caller needs all scopes of at least one list', () => {
    expect([...denialsOf(caller('station')).keys()]).toEqual(['Query.both']);
    expect([...denialsOf(caller('patrons:read', 'a', 'b')).keys()]).toEqual([]);
    expect(denialsOf(caller('a')).get('Query.both')).toEqual({
      code: 'FORBIDDEN',
      message: 'This requires the scope a and b.',
    });
  });
});
