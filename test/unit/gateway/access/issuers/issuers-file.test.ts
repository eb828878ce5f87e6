import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseIssuers } from '../../../../../gateway/access/issuers/read-issuers.ts';
import { issuersFile } from '../../../../../gateway/access/issuers/schema.ts';
import { openIssuers } from '../../../../../gateway/access/open-issuers.ts';

const schemaFile = join(import.meta.dirname, '../../../../../gateway/access/issuers/issuers.schema.json');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patron-graph-issuers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const staffGrant = { audience: 'staff', scopes: ['patrons:read'] };
const partnerGrant = { clients: ['p'], audience: 'partner', scopes: ['partner:verify'] };
const issuer = (change: object = {}) => ({
  name: 'one',
  issuer: 'https://id.example',
  keys: { url: 'https://id.example/keys' },
  audiences: ['patron-graph'],
  grants: [staffGrant],
  ...change,
});
const other = (change: object = {}) => issuer({ name: 'two', issuer: 'https://two.example', ...change });
const fileOf = (...issuers: object[]) => ({ issuers });

/** The parser's error message, or null if it accepts the file. */
function problemsOf(json: unknown): string | null {
  try {
    parseIssuers(json, '/etc');
    return null;
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : expect.fail(String(error));
  }
}
const accepts = (json: unknown): boolean => problemsOf(json) === null;

test('the JSON schema is that of the parser: after a change, run this test with -u', async () => {
  const schema = z.toJSONSchema(issuersFile, { io: 'input' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(schemaFile);
});

describe('the JSON schema and the parser', () => {
  let validate: (json: unknown) => boolean;
  beforeAll(async () => {
    const ajv = new Ajv2020({ formats: { uri: true } });
    const compiled = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')));
    validate = (json) => compiled(json) === true;
  });

  test.each<[string, unknown]>([
    ['the least', fileOf(issuer())],
    ['a schema for editors', { $schema: './issuers.schema.json', ...fileOf(issuer()) }],
    ['keys in a file', fileOf(issuer({ keys: { file: 'keys.json' } }))],
    ['every algorithm', fileOf(issuer({ algorithms: ['PS512', 'EdDSA', 'RS384'] }))],
    [
      'claims under other names',
      fileOf(issuer({ claims: { scopes: ['scp', 'roles'], patronId: 'https://x/p' } })),
    ],
    [
      'several grants',
      fileOf(issuer({ grants: [staffGrant, partnerGrant, { ...partnerGrant, clients: ['q', 'r'] }] })),
    ],
  ])('accept %s', (_what, json) => {
    expect({ schema: validate(json), parser: accepts(json) }).toEqual({ schema: true, parser: true });
  });

  test.each<[string, unknown]>([
    ['no issuer', fileOf()],
    ['a list', [issuer()]],
    ['a misspelt property', fileOf(issuer({ audience: 'patron-graph' }))],
    [
      'a misspelt property of a grant',
      fileOf(issuer({ grants: [{ ...staffGrant, scope: 'patrons:read' }] })),
    ],
    ['a misspelt claim', fileOf(issuer({ claims: { scope: ['scp'] } }))],
    ['no grant', fileOf(issuer({ grants: [] }))],
    ['a grant without an audience', fileOf(issuer({ grants: [{ scopes: [] }] }))],
    ['an audience that is none', fileOf(issuer({ grants: [{ audience: 'admin' }] }))],
    ['a name with a path', fileOf(issuer({ name: '../one' }))],
    ['no audiences', fileOf(issuer({ audiences: [] }))],
    ['two scopes in one text', fileOf(issuer({ grants: [{ audience: 'staff', scopes: ['a b'] }] }))],
    ['a shared secret', fileOf(issuer({ algorithms: ['HS256'] }))],
    ['no signature', fileOf(issuer({ algorithms: ['none'] }))],
    ['a tolerance of an hour', fileOf(issuer({ clockToleranceSeconds: 3600 }))],
    ['no keys', fileOf(issuer({ keys: {} }))],
    ['keys at a URL and in a file', fileOf(issuer({ keys: { url: 'https://id.example/keys', file: 'k' } }))],
  ])('refuse %s', (_what, json) => {
    expect({ schema: validate(json), parser: accepts(json) }).toEqual({ schema: false, parser: false });
  });

  test.each<[string, unknown, string]>([
    ['keys over http', fileOf(issuer({ keys: { url: 'http://id.example/keys' } })), 'must be https'],
    ['a name twice', fileOf(issuer(), other({ name: 'one' })), 'issuers[1].name'],
    ['an `iss` twice', fileOf(issuer(), other({ issuer: 'https://id.example' })), 'issuers[1].issuer'],
    ['a client in two grants', fileOf(issuer({ grants: [partnerGrant, partnerGrant] })), 'grants[1].clients'],
    ['two grants for any client', fileOf(issuer({ grants: [staffGrant, staffGrant] })), 'grants[1].clients'],
    [
      "a client with the name of another issuer's partner",
      fileOf(issuer({ grants: [partnerGrant] }), other({ grants: [{ ...partnerGrant, partner: 'p' }] })),
      'issuers[0].grants[0]',
    ],
    [
      "a client with the id of another issuer's partner",
      fileOf(issuer({ grants: [partnerGrant] }), other({ grants: [partnerGrant] })),
      'issuers[1].grants[0]',
    ],
    [
      'partners of any id beside another issuer',
      fileOf(issuer(), other({ grants: [{ audience: 'partner', scopes: ['partner:verify'] }] })),
      'issuers[1].grants[0]',
    ],
  ])('the parser alone refuses %s, and says where', (_what, json, where) => {
    expect(validate(json)).toBe(true);
    expect(problemsOf(json)).toContain(where);
  });

  test('the parser accepts one partner of two issuers where both name it, and any partner of the only issuer', () => {
    const named = { ...partnerGrant, partner: 'ebooks' };
    expect(accepts(fileOf(issuer({ grants: [named] }), other({ grants: [named] })))).toBe(true);
    expect(accepts(fileOf(issuer({ grants: [{ audience: 'partner', scopes: ['partner:verify'] }] })))).toBe(
      true,
    );
  });
});

describe('ISSUERS_FILE', () => {
  const log = { warn: () => undefined };
  const open = (file: string) => openIssuers({ issuers: { file }, issuerKeysDir: null }, { log });
  const write = async (name: string, content: object): Promise<string> => {
    await writeFile(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };

  test('that is missing, no JSON or wrong is named, with what is wrong', async () => {
    await writeFile(join(folder, 'broken.json'), '{');
    await expect(open(join(folder, 'missing.json'))).rejects.toThrow(/ISSUERS_FILE .*missing\.json.*ENOENT/);
    await expect(open(join(folder, 'broken.json'))).rejects.toThrow(/ISSUERS_FILE .*broken\.json/);
    const wrong = await write('wrong.json', fileOf(issuer({ name: 'One' }), other({ audiences: [] })));
    await expect(open(wrong)).rejects.toThrow(
      /wrong\.json[\s\S]*issuers\[0\]\.name[\s\S]*issuers\[1\]\.audiences/,
    );
  });

  test('may have keys in a file beside it, and does not start without them', async () => {
    const keys = fileOf(issuer({ keys: { file: 'keys.json' }, grants: [{ ...staffGrant, patronId: true }] }));
    const file = await write('with-keys.json', keys);
    await expect(open(file)).rejects.toThrow(/issuer one in .*keys\.json.*ENOENT/);
    const { privateKey, publicKey } = await generateKeyPair('PS256');
    await write('keys.json', { keys: [{ ...(await exportJWK(publicKey)), alg: 'PS256' }] });
    await using issuers = await open(file);
    const token = await new SignJWT({ patron_id: 'P0000001', scope: 'patrons:read patrons:write' })
      .setProtectedHeader({ alg: 'PS256' })
      .setIssuer('https://id.example')
      .setAudience(['another', 'patron-graph'])
      .setExpirationTime('1m')
      .sign(privateKey);
    expect(await issuers?.authenticate(`Bearer ${token}`)).toEqual({
      authenticated: true,
      issuer: 'https://id.example',
      subject: null,
      patronId: 'P0000001',
      signedInAt: null,
      signInId: null,
      issuedAt: null,
      expiresAt: expect.any(Number),
      clientId: null,
      partner: null,
      branch: null,
      scopes: new Set(['patrons:read']),
      audience: 'staff',
      claims: {},
    });
    expect(issuers?.states()).toEqual({ 'issuer one': expect.stringMatching(/^(up|stale)$/) });
  });
});
