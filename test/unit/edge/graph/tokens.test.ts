import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { rememberTokens, signToken } from '../../../../edge/graph/tokens.ts';

const client = { clientId: 'station', scope: 'station', branch: 'HKCL' };

test('a token says at which branch a machine is, and nothing of it for other clients', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const issuer = { issuer: 'edge', audience: 'graph', key: await exportJWK(privateKey) };
  const claimsFor = async (branch: string | null) =>
    decodeJwt(await signToken({ ...client, branch }, issuer));
  expect(await claimsFor('HKCL')).toMatchObject({ client_id: 'station', library_branch: 'HKCL' });
  expect(await claimsFor(null)).not.toHaveProperty('library_branch');
});

test('machines of two branches have different tokens', async () => {
  const tokenFor = rememberTokens(async ({ branch }) => `token of ${branch}`);
  expect(await tokenFor(client)).toBe('token of HKCL');
  expect(await tokenFor({ ...client, branch: 'STPL' })).toBe('token of STPL');
});

test('a token that was made while the clock was wrong is made again when the clock is right', async () => {
  let now = 1_000_000_000;
  let made = 0;
  const tokenFor = rememberTokens(
    async () => {
      made += 1;
      return `token ${made}`;
    },
    () => now,
  );
  now += 7_200_000;
  expect(await tokenFor(client)).toBe('token 1');
  now += 60_000;
  expect(await tokenFor(client)).toBe('token 1');
  now -= 7_200_000;
  expect(await tokenFor(client)).toBe('token 2');
});
