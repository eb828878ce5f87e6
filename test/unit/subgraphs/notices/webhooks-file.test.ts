import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseEndpoints, readEndpoints } from '../../../../subgraphs/notices/endpoints/read-endpoints.ts';
import { webhooksFile } from '../../../../subgraphs/notices/endpoints/schema.ts';
import { allKinds } from '../../../../subgraphs/notices/kinds.ts';

const schemaFile = join(import.meta.dirname, '../../../../subgraphs/notices/endpoints/webhooks.schema.json');
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patron-graph-webhooks-'));
  await writeFile(join(folder, 'secret'), `${secret}\n`);
  await writeFile(join(folder, 'short'), 'whsec_AAAA');
});
afterAll(() => rm(folder, { recursive: true }));

const endpoint = (change: object = {}) => ({
  name: 'mail',
  url: 'https://mail.example/hooks',
  secrets: [secret],
  ...change,
});
const fileOf = (...endpoints: object[]) => ({ endpoints });

async function problemsOf(json: unknown, production = true): Promise<string | null> {
  try {
    await parseEndpoints(json, folder, production);
    return null;
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  }
}

test('the JSON schema is that of the parser: after a change, run this test with -u', async () => {
  const schema = z.toJSONSchema(webhooksFile, { io: 'input' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(schemaFile);
});

test('an endpoint gets all kinds of notices, unless it names some', async () => {
  const some = endpoint({
    name: 'app',
    kinds: ['hold.ready'],
    secrets: [],
    secretFiles: ['secret'],
    caFile: 'ca.pem',
  });
  const [all, few] = await parseEndpoints(fileOf(endpoint(), some), folder, true);
  expect([...(all?.kinds ?? [])]).toEqual(allKinds);
  expect(all?.secrets).toEqual([new Uint8Array(32).fill(1)]);
  expect(few).toMatchObject({ name: 'app', kinds: new Set(['hold.ready']), caFile: join(folder, 'ca.pem') });
  expect(few?.secrets).toEqual(all?.secrets);
});

describe('the file', () => {
  test.each<[string, unknown, RegExp]>([
    ['no endpoint', fileOf(), /endpoints/],
    ['another property', fileOf(endpoint({ method: 'PUT' })), /method/],
    ['a name twice', fileOf(endpoint(), endpoint()), /is there twice/],
    ['a name that is none', fileOf(endpoint({ name: 'Mail 1' })), /lower-case letters/],
    ['http', fileOf(endpoint({ url: 'http://127.0.0.1/hooks' })), /must be https in production/],
    ['another protocol', fileOf(endpoint({ url: 'ftp://mail.example' })), /must be an http or https URL/],
    ['a password in the URL', fileOf(endpoint({ url: 'https://a:b@mail.example' })), /no user, password/],
    ['no secret', fileOf(endpoint({ secrets: [] })), /must be 1 to 5/],
    [
      'six secrets',
      fileOf(endpoint({ secrets: Array(5).fill(secret), secretFiles: ['secret'] })),
      /must be 1 to 5/,
    ],
    ['a short secret', fileOf(endpoint({ secrets: ['whsec_AAAA'] })), /24 to 64 bytes/],
    ['a secret without its prefix', fileOf(endpoint({ secrets: [secret.slice(6)] })), /24 to 64 bytes/],
    ['a short secret in a file', fileOf(endpoint({ secrets: [], secretFiles: ['short'] })), /24 to 64 bytes/],
    ['a file of a secret that is not there', fileOf(endpoint({ secretFiles: ['none'] })), /ENOENT/],
    ['a kind that is none', fileOf(endpoint({ kinds: ['loan.lost'] })), /kinds/],
  ])('with %s is refused, and no message has a secret', async (_, json, message) => {
    const problems = await problemsOf(json);
    expect(problems).toMatch(message);
    expect(problems).not.toContain(secret.slice(10, 30));
  });

  test('may have http outside production', async () => {
    expect(await problemsOf(fileOf(endpoint({ url: 'http://127.0.0.1:9000/hooks' })), false)).toBeNull();
  });

  test('that is not JSON is refused without being quoted', async () => {
    const file = join(folder, 'webhooks.json');
    await writeFile(file, `{ "endpoints": ${secret}`);
    const error = await readEndpoints(file, true).catch(String);
    expect(error).toContain(`WEBHOOKS_FILE ${file} can't be used: it is not JSON`);
    expect(error).not.toContain(secret.slice(10, 30));
  });

  test('is accepted by the JSON schema where the parser accepts it', async () => {
    const ajv = new Ajv2020({ formats: { uri: true } });
    const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')));
    expect(validate({ $schema: './webhooks.schema.json', ...fileOf(endpoint()) })).toBe(true);
    expect(validate(fileOf(endpoint({ method: 'PUT' })))).toBe(false);
    expect(validate(fileOf(endpoint({ secrets: ['short'] })))).toBe(false);
  });
});
