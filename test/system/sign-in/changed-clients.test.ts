/** The file of sign-in's clients changes while the server runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keepClients } from '../../../edge/sign-in/clients/read-clients.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';

const resources = new AsyncDisposableStack();
afterEach(() => resources.disposeAsync());

const redirectUri = 'https://service.example/callback';
const client = (id: string) => ({
  id,
  name: { en: id, 'zh-Hant': id },
  publicClient: true,
  redirectUris: [redirectUri],
  audience: 'partner',
});

test('a new client may send readers, one that is taken out may not, and a wrong file changes nothing', async () => {
  const { path } = resources.use(await openTemporaryFolder());
  const file = join(path, 'clients.json');
  const write = (...ids: readonly string[]) =>
    writeFileSync(file, JSON.stringify({ clients: ids.map(client) }));
  write('first');
  const warnings: string[] = [];
  const log = { warn: (_details: object, message: string) => void warnings.push(message) };
  const clients = resources.use(await keepClients(file, log, 30));
  const graph = { ask: () => Promise.reject(new Error('not asked')) } as never;
  const { issuer } = resources.use(await startSignInOfTests({ graph, clients }));
  /** 303 leads to the sign-in page; 400 is the provider's own page. */
  const statusFor = async (id: string) => {
    const url = new URL(`${issuer.href}/auth`);
    url.search = new URLSearchParams({
      client_id: id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString();
    return (await fetch(url, { redirect: 'manual' })).status;
  };
  expect([await statusFor('first'), await statusFor('second')]).toEqual([303, 400]);
  write('first', 'second');
  await expect.poll(() => statusFor('second'), { timeout: 5_000 }).toBe(303);
  expect(await statusFor('first')).toBe(303);
  write('second');
  await expect.poll(() => statusFor('first'), { timeout: 5_000 }).toBe(400);
  writeFileSync(file, '{');
  await expect.poll(() => warnings.at(-1), { timeout: 5_000 }).toMatch(/former ones stay/);
  expect(await statusFor('second')).toBe(303);
});
