import { createHmac } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import type { SecretValues } from '../../../platform/lifecycle/secrets.ts';
import { signToken, TokenRefused, verifyToken } from '../../../platform/signed-token.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const [secret, former]: SecretValues & readonly [Uint8Array, Uint8Array] = [
  bytes('a secret of thirty-two characters'),
  bytes('another secret of as many characters'),
];
const now = Math.floor(Date.now() / 1000);
const claims = { aud: 'credentials', iat: now, exp: now + 30, name: '王小明' };
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (signed: string, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(signed).digest('base64url');
const withHeader = (header: object, algorithm?: string) => {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${hmac(signed, algorithm)}`;
};

test('jose accepts our tokens, and we accept those of jose', async () => {
  const options = { algorithms: ['HS256'], audience: 'credentials' };
  expect((await jwtVerify(signToken(claims, secret), secret, options)).payload).toEqual(claims);
  const theirs = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(former);
  expect(verifyToken(theirs, 'credentials', [secret, former])).toEqual(claims);
});

const token = signToken(claims, secret);
const [header = '', payload = '', signature = ''] = token.split('.');
test.each([
  ['nothing', ''],
  ['without a signature', `${header}.${payload}.`],
  ['unsigned', `${encoded({ alg: 'none' })}.${payload}.`],
  ['of another algorithm', withHeader({ alg: 'HS512' }, 'sha512')],
  ['with a header that says more', withHeader({ alg: 'HS256', crit: ['exp'], exp: 1 })],
  ['with another part', `${token}.${signature}`],
  ['with other claims', `${header}.${encoded({ ...claims, name: 'someone' })}.${signature}`],
  ['with a signature that is written in another way', `${token}=`],
  ['with half of its signature', token.slice(0, -20)],
  ['signed with another secret', signToken(claims, former)],
  ['for another audience', signToken({ ...claims, aud: 'patrons' }, secret)],
  ['for several audiences', signToken({ ...claims, aud: ['credentials'] }, secret)],
  ['that has expired', signToken({ ...claims, exp: now }, secret)],
  ['that never expires', signToken({ ...claims, exp: undefined }, secret)],
])('a token %s is refused', (_what, given) => {
  expect(() => verifyToken(given, 'credentials', [secret])).toThrow();
});

test('the error says why, and quotes nothing of the token', () => {
  expect(() => verifyToken(signToken(claims, former), 'credentials', [secret])).toThrow(
    new TokenRefused('the token is signed with another secret'),
  );
});
