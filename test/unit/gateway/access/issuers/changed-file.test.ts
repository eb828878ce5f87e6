/** ISSUERS_FILE changes while the gateway runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Issuers, openIssuers } from '../../../../../gateway/access/open-issuers.ts';
import { type IdentityProvider, startIdentityProvider } from '../../../../support/identity-provider.ts';
import { openTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';

let resources: AsyncDisposableStack;
let file: string;
let providers: Readonly<Record<'first' | 'second', IdentityProvider>>;
let issuers: Issuers;
let warnings: string[];

const entry = (name: 'first' | 'second', clients: readonly string[] = ['app']) => ({
  name,
  issuer: `https://${name}.example`,
  keys: { url: providers[name].url },
  audiences: ['patron-graph'],
  grants: [{ clients, audience: 'partner', scopes: ['partner:verify'], partner: 'app' }],
});
const write = (...entries: readonly object[]) => writeFileSync(file, JSON.stringify({ issuers: entries }));

/** Whether a new token of this issuer and client is accepted. */
async function accepts(name: 'first' | 'second', clientId = 'app'): Promise<boolean> {
  const claims = {
    iss: `https://${name}.example`,
    aud: 'patron-graph',
    sub: clientId,
    client_id: clientId,
    scope: 'partner:verify',
    exp: Math.floor(Date.now() / 1000) + 300,
    jti: crypto.randomUUID(),
  };
  const token = await providers[name].sign(claims, { alg: 'ES256', kid: 'one' });
  return await issuers.authenticate(`Bearer ${token}`).then(
    ({ scopes }) => scopes.has('partner:verify'),
    () => false,
  );
}

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  file = join(path, 'issuers.json');
  warnings = [];
  providers = {
    first: resources.use(await startIdentityProvider()),
    second: resources.use(await startIdentityProvider()),
  };
  write(entry('first'));
  const config = { issuers: { file }, issuerKeysDir: null };
  const log = { warn: (_details: object, message: string) => void warnings.push(message) };
  const opened = await openIssuers(config, { log, intervalMs: 30 });
  issuers = resources.use(opened ?? expect.fail());
  await expect.poll(() => accepts('first')).toBe(true);
});
afterEach(() => resources.disposeAsync());

test('a new issuer is accepted, and one that was there keeps its keys', async () => {
  expect(await accepts('second')).toBe(false);
  // If its keys were fetched again, its tokens would be refused from now on.
  await providers.first[Symbol.asyncDispose]();
  write(entry('first'), entry('second'));
  await expect.poll(() => accepts('second'), { timeout: 5_000 }).toBe(true);
  expect(await accepts('first')).toBe(true);
  expect(Object.keys(issuers.states())).toEqual(['issuer first', 'issuer second']);
});

test('an issuer that is taken out is refused, and so is a client that a grant no longer names', async () => {
  write(entry('first'), entry('second'));
  await expect.poll(() => accepts('second'), { timeout: 5_000 }).toBe(true);
  write(entry('first', ['another']));
  await expect.poll(() => accepts('second'), { timeout: 5_000 }).toBe(false);
  expect([await accepts('first'), await accepts('first', 'another')]).toEqual([false, true]);
});

test('a file that is wrong changes nothing, and is logged', async () => {
  writeFileSync(file, '{');
  await expect
    .poll(() => warnings, { timeout: 5_000 })
    .toContain('the new issuers are not usable, and the former ones stay');
  expect(await accepts('first')).toBe(true);
});
