import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseClients, readClients } from '../../../../edge/sign-in/clients/read-clients.ts';
import { clientsFile } from '../../../../edge/sign-in/clients/schema.ts';

const schemaFile = join(import.meta.dirname, '../../../../edge/sign-in/clients/clients.schema.json');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
});
afterAll(() => rm(folder, { recursive: true }));

const client = (change: object = {}) => ({
  id: 'ebooks',
  name: { en: 'E-books', 'zh-Hant': '電子書' },
  redirectUris: ['https://ebooks.example/callback'],
  secret: 'a secret that is long enough for this',
  audience: 'partner',
  ...change,
});
const app = (change: object = {}) =>
  client({
    id: 'app',
    secret: undefined,
    publicClient: true,
    audience: 'reader',
    firstParty: true,
    ...change,
  });

/** The parser's error message, or null if it accepts the clients. */
async function problemsOf(...clients: object[]): Promise<string | null> {
  try {
    await parseClients(JSON.parse(JSON.stringify({ clients })), folder);
    return null;
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  }
}

test('the JSON schema is that of the parser: after a change, run this test with -u', async () => {
  const schema = z.toJSONSchema(clientsFile, { io: 'input', unrepresentable: 'any' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(schemaFile);
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(validate({ clients: [JSON.parse(JSON.stringify(app()))] })).toBe(true);
  expect(validate({ clients: [client({ colour: 'green' })] })).toBe(false);
});

test('a client has its partner’s name, and its secret from a file', async () => {
  await writeFile(join(folder, 'ebooks.secret'), 'a secret that is long enough, in a file\n');
  const secretFile = { secret: undefined, secretFile: 'ebooks.secret' };
  const [named, unnamed] = await parseClients(
    JSON.parse(
      JSON.stringify({
        clients: [client({ ...secretFile, partner: 'example' }), app({ id: 'library-app' })],
      }),
    ),
    folder,
  );
  expect(named).toMatchObject({ secret: 'a secret that is long enough, in a file', partner: 'example' });
  expect(unnamed).toMatchObject({ secret: null, partner: 'library-app', firstParty: true });
});

describe('a redirect URI', () => {
  test.each([
    'https://ebooks.example/callback',
    'https://ebooks.example:8443/callback?tenant=1',
    'http://127.0.0.1:8080/callback',
    'http://localhost/callback',
    'http://[::1]:3000/callback',
    'hk.example.reader:/callback',
  ])('may be %s', async (uri) => {
    expect(await problemsOf(client({ redirectUris: [uri] }))).toBeNull();
  });

  test.each([
    'http://ebooks.example/callback',
    'https://*.ebooks.example/callback',
    'https://ebooks.example/callback#part',
    'https://user:word@ebooks.example/callback',
    'javascript:alert(1)',
    'data:text/html,hello',
    'file:///etc/passwd',
    'reader:/callback',
    '/callback',
  ])('must not be %s', async (uri) => {
    expect(await problemsOf(client({ redirectUris: [uri] }))).toMatch(/redirectUris/);
  });
});

test.each([
  ['the name of the service itself', [client({ id: 'sign-in' })], /must not be sign-in/],
  ['two with one id', [client(), client()], /ebooks is there twice/],
  ['no secret, and not public', [client({ secret: undefined })], /one of `secret`/],
  ['a secret, and public', [client({ publicClient: true })], /one of `secret`/],
  ['a short secret', [client({ secret: 'short' })], /secret/],
  ['a partner that is the library’s own', [client({ firstParty: true })], /firstParty/],
  ['an app of readers that is not', [app({ firstParty: false })], /firstParty/],
  ['a reader’s app with scopes', [app({ scopes: ['patrons:read'] })], /staff alone/],
  ['a secret and keys', [client({ keys: { url: 'https://ebooks.example/keys' } })], /one of `secret`/],
  ['keys in clear', [client({ secret: undefined, keys: { url: 'http://ebooks.example/keys' } })], /keys/],
  ['a public client without PKCE', [app({ withoutPkce: true })], /withoutPkce/],
  ['an app of the library that asks for ages', [app({ ageBand: true })], /ageBand/],
  ['an unknown property', [client({ colour: 'green' })], /colour/],
  ['no name in Chinese', [client({ name: { en: 'E-books' } })], /zh-Hant/],
] as const)('%s is refused', async (_, clients, message) => {
  expect(await problemsOf(...clients)).toMatch(message);
});

test('a file that is no JSON is named, and nothing in it is quoted', async () => {
  const file = join(folder, 'broken.json');
  await writeFile(file, '{"clients": [{"secret": "hush-hush" "id"');
  const error = await readClients(file).catch((caught: unknown) => caught);
  expect(String(error)).toMatch(/SIGN_IN_CLIENTS_FILE .*broken\.json can't be used: it is not JSON/);
  expect(String(error)).not.toContain('hush');
});

test('a file of keys is read, and one with a private key is refused without quoting it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const parse = async (key: KeyObject) => {
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [key.export({ format: 'jwk' })] }));
    const keys = { secret: undefined, keys: { file: 'keys.json' } };
    return await parseClients(JSON.parse(JSON.stringify({ clients: [client(keys)] })), folder);
  };
  expect(await parse(publicKey)).toMatchObject([
    { secret: null, keys: { keys: [{ kty: 'EC', crv: 'P-256' }] } },
  ]);
  const error = await parse(privateKey).catch((caught: unknown) => caught);
  expect(String(error)).toMatch(/keys of a client .*keys\.json can't be used:[\s\S]*must be a public key/);
  expect(String(error)).not.toContain(privateKey.export({ format: 'jwk' }).d);
});
