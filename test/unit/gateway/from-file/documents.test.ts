/** Trusted documents over HTTP: manifests that change, documents that no manifest has, and another schema. */
import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerBody, type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const me = 'query Me { me { id } }';
const name = 'query Name { me { name } }';
const renaming = (to: string) => `mutation Rename { rename(id: "u0", name: "${to}") { id } }`;

/**
 * An empty folder of manifests for one test. The tests run at the same time, because they wait until manifests are read
 * again.
 */
async function openFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'patron-graph-manifests-'));
  return {
    dir,
    /** Writes a manifest as a deployment does: under another name, and then renamed. */
    async write(file: string, content: unknown): Promise<void> {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(join(dir, `.${file}`), text);
      await rename(join(dir, `.${file}`), join(dir, file));
    },
    start: (env: NodeJS.ProcessEnv) => startOver(world, { TRUSTED_DOCUMENTS_DIR: dir, ...env }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  };
}

/** The root fields of an answer, or the code of its error. */
async function outcomeOf(response: Response): Promise<string> {
  const { data, errors } = (await response.json()) as AnswerBody;
  return data == null ? String(errors?.[0]?.extensions.code) : Object.keys(data).join(' ');
}

const byId = async (gateway: RunningGateway, id: string) => outcomeOf(await gateway.post({ documentId: id }));
const byText = async (gateway: RunningGateway, query: string) => outcomeOf(await gateway.post({ query }));
const linesWith = (gateway: RunningGateway, text: string) =>
  gateway.log.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as object);

/** Resolves once the manifests have been read `times` times. */
async function wasRead(gateway: RunningGateway, times: number): Promise<void> {
  while (linesWith(gateway, 'trusted documents were read').length < times) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.concurrent('what no manifest has', { timeout: 60_000 }, () => {
  test('is served and logged once in `audit`, with hash and name and without its text', async () => {
    await using folder = await openFolder();
    await folder.write('app.json', { me });
    await using gateway = await folder.start({});
    for (let i = 0; i < 3; i++) {
      expect(await byText(gateway, name)).toBe('me');
      expect(await byText(gateway, me)).toBe('me');
      expect(await byText(gateway, 'not GraphQL')).toBe('GRAPHQL_PARSE_FAILED');
    }
    expect(linesWith(gateway, 'no manifest has')).toEqual([
      expect.objectContaining({
        level: 40,
        document: `sha256:${sha256(name)}`,
        operationName: 'Name',
        audience: 'public',
        clientId: null,
      }),
    ]);
    for (const text of [name, me, 'not GraphQL']) {
      expect(gateway.log.join('\n')).not.toContain(text);
    }
    expect(await byId(gateway, 'unknown')).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('is one document whatever values it has, and none of them could be guessed from its hash', async () => {
    await using folder = await openFolder();
    await using gateway = await folder.start({});
    for (const to of ['A1234567', 'B7654321']) {
      expect(await byText(gateway, renaming(to))).toBe('rename');
    }
    const lines = linesWith(gateway, 'no manifest has');
    expect(lines).toMatchObject([{ operationName: 'Rename' }]);
    expect(JSON.stringify(lines)).not.toContain(sha256(renaming('A1234567')));
    const withoutValues = 'mutation Rename {\n  rename(id: "", name: "") {\n    id\n  }\n}';
    expect(lines).toMatchObject([{ document: `sha256:${sha256(withoutValues)}` }]);
  });

  test('is refused in `require` before it is validated, and its text is never quoted', async () => {
    await using folder = await openFolder();
    await folder.write('app.json', { me });
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
    const texts = [name, '{ nothing }', '{ __schema { description } }', 'not GraphQL'];
    for (const query of texts) {
      const response = await gateway.post({ query });
      expect([response.status, await response.json()]).toEqual([
        400,
        {
          errors: [
            {
              message: 'Only documents that were registered may be sent, and this one was not.',
              extensions: { code: 'QUERY_NOT_IN_SAFELIST' },
            },
          ],
        },
      ]);
    }
    const sha256Hash = sha256(name);
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect(await outcomeOf(await gateway.post({ extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await byText(gateway, ' query Me { me, { id } } # as the manifest has it')).toBe('me');
  });

  test('is served in `off`, and ids are known all the same', async () => {
    await using folder = await openFolder();
    await folder.write('app.json', { me });
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'off' });
    expect(await byText(gateway, name)).toBe('me');
    expect(await byId(gateway, 'me')).toBe('me');
    expect(linesWith(gateway, 'no manifest has')).toEqual([]);
  });
});

describe.concurrent('manifests', { timeout: 60_000 }, () => {
  test('that are added, changed and removed count from then on', async () => {
    await using folder = await openFolder();
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
    expect(await byId(gateway, 'a')).toBe('PERSISTED_QUERY_NOT_FOUND');
    await folder.write('one.json', { a: me });
    await wasRead(gateway, 2);
    expect(await byId(gateway, 'a')).toBe('me');
    await folder.write('one.json', { b: me });
    await wasRead(gateway, 3);
    expect(await byId(gateway, 'a')).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await byId(gateway, 'b')).toBe('me');
    await rm(join(folder.dir, 'one.json'));
    await wasRead(gateway, 4);
    expect(await byId(gateway, 'b')).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test.each<[string, unknown, RegExp]>([
    ['not JSON', '{ "a": "query S3CRET', /it is not JSON/],
    ['no manifest', [1], /the whole is not as the format has it/],
    [
      'another version of Apollo’s',
      { format: 'apollo-persisted-query-manifest', version: 2, operations: [] },
      /version/,
    ],
    ['a number for a text', { a: 1 }, /a is not as the format has it/],
    ['a wrong hash', { [`sha256:${'0'.repeat(64)}`]: me }, /is not the SHA-256/],
    [
      'too many documents',
      Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [i, me])),
      /more than 5000 documents/,
    ],
    ['too many bytes', { a: 'x'.repeat(4 * 1024 * 1024) }, /more than 4194304 bytes/],
  ])('with %s is logged, and the one before stays', async (_what, content, reason) => {
    await using folder = await openFolder();
    await folder.write('broken.json', { a: me });
    await folder.write('other.json', { c: me });
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
    await folder.write('broken.json', content);
    await folder.write('other.json', { d: name });
    await wasRead(gateway, 2);
    const [line] = linesWith(gateway, "can't be used: the one before stays");
    expect(line).toMatchObject({ manifest: 'broken.json', reason: expect.stringMatching(reason) });
    expect(gateway.log.join('\n')).not.toContain('S3CRET');
    expect(await byId(gateway, 'a')).toBe('me');
    expect(await byId(gateway, 'd')).toBe('me');
    expect(await byId(gateway, 'c')).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('that are broken when the gateway starts are logged, and the others count', async () => {
    await using folder = await openFolder();
    await folder.write('broken.json', '{');
    await folder.write('good.json', { a: me });
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
    expect(linesWith(gateway, 'none of its documents is trusted')).toMatchObject([
      { manifest: 'broken.json' },
    ]);
    expect(await byId(gateway, 'a')).toBe('me');
  });

  test('in a folder that can not be read any more stay', async () => {
    await using folder = await openFolder();
    await folder.write('good.json', { a: me });
    await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
    await rename(folder.dir, `${folder.dir}-away`);
    await gateway.logged(/can't be read again: those that were read stay/);
    expect(await byId(gateway, 'a')).toBe('me');
    await rename(`${folder.dir}-away`, folder.dir);
  });

  test('without a folder there is no start', async () => {
    await using folder = await openFolder();
    await expect(folder.start({ TRUSTED_DOCUMENTS_DIR: join(folder.dir, 'none') })).rejects.toThrow(
      /TRUSTED_DOCUMENTS_DIR can't be read: .*no such file/,
    );
  });
});

test('documents are checked against the schema: at the start, when they change, and when it changes', async () => {
  await using folder = await openFolder();
  await folder.write('app.json', {
    a: me,
    b: 'query B { gone }',
    c: 'query { me { id(x: "S3CRET") } }',
    d: '{',
  });
  await using gateway = await folder.start({});
  await gateway.logged(/"documents":4,"invalid":3.*trusted documents were checked/);
  expect(linesWith(gateway, 'is not valid in the schema')).toMatchObject([
    { manifest: 'app.json', document: 'b', problems: [expect.stringContaining('Cannot query field "gone"')] },
    { document: 'c' },
    { document: 'd' },
  ]);
  expect(gateway.log.join('\n')).not.toContain('S3CRET');
  await folder.write('app.json', { a: me });
  await gateway.logged(/"documents":1,"invalid":0.*trusted documents were checked/);
  await world.write(world.supergraph((sdl) => sdl.replace('  me: User', '  myself: User')));
  await gateway.logged(/"documents":1,"invalid":1.*trusted documents were checked/);
  await world.write(world.supergraph());
});

test('a gateway without manifests knows no id, and says so to each kind of client', async () => {
  await using gateway = await startOver(world);
  const sha256Hash = sha256(me);
  for (const [body, message] of [
    [{ extensions: { persistedQuery: { version: 1, sha256Hash } } }, 'PersistedQueryNotSupported'],
    [{ documentId: sha256Hash }, 'PersistedQueryNotSupported'],
    [
      { extensions: { persistedQuery: { version: 2, sha256Hash } } },
      '`query` must be a string, or be absent where `documentId` names a document.',
    ],
    [
      { query: 7, documentId: 'a' },
      '`query` must be a string, or be absent where `documentId` names a document.',
    ],
  ] as const) {
    const response = await gateway.post(body);
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ message }] }]);
  }
  const both = { query: me, extensions: { persistedQuery: { version: 1, sha256Hash: 'wrong' } }, id: 'x' };
  expect(await outcomeOf(await gateway.post(both))).toBe('me');
});

test('documents are registered automatically where that is on, with the right hash, and once they were executed', async () => {
  await using gateway = await startOver(world, { AUTOMATIC_PERSISTED_QUERIES: '1' });
  const send = async (query: string | undefined, hashed: string) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(hashed) } };
    return outcomeOf(await gateway.post({ query, extensions }));
  };
  expect(await send(undefined, me)).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await send(name, me)).toBe('PERSISTED_QUERY_HASH_MISMATCH');
  expect(await send(undefined, me)).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await send(me, me)).toBe('me');
  expect(await send(undefined, me)).toBe('me');
  expect(await send('{ nothing }', '{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(await send(undefined, '{ nothing }')).toBe('PERSISTED_QUERY_NOT_FOUND');
});

test('what was registered automatically is not trusted', async () => {
  await using folder = await openFolder();
  await folder.write('app.json', { me });
  await using gateway = await folder.start({ AUTOMATIC_PERSISTED_QUERIES: '1' });
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(name) } };
  await gateway.post({ query: name, extensions });
  expect(await outcomeOf(await gateway.post({ extensions }))).toBe('me');
  expect(linesWith(gateway, 'no manifest has')).toHaveLength(1);
});

describe('introspection', () => {
  const asks = [
    '{ __schema { description } }',
    '{ me { id } ...T } fragment T on Query { __type(name: "User") { name } }',
    'query A { me { id } } query B { __schema { description } }',
  ];
  test('is off in production, and `__typename` is not part of it', async () => {
    await using gateway = await startOver(world, { NODE_ENV: 'production' });
    for (const query of asks) {
      const response = await gateway.post({ query, operationName: query.includes('query A') ? 'A' : null });
      expect([response.status, await response.json()]).toEqual([
        400,
        {
          errors: [
            {
              message: 'The operation asks for the schema, but introspection is disabled here.',
              extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
            },
          ],
        },
      ]);
    }
    expect(await byText(gateway, '{ __typename me { __typename } }')).toBe('__typename me');
  });

  test('where it is off, no error suggests a name of the schema either', async () => {
    await using gateway = await startOver(world, { INTROSPECTION: 'off' });
    await using other = await startOver(world);
    const messagesOf = async ({ ask }: RunningGateway, query: string) =>
      (await ask(query)).body.errors?.map(({ message }) => message);
    for (const [query, message, suggestion] of [
      ['{ mee { id } }', 'Cannot query field "mee" on type "Query".', 'Did you mean "me" or "one"?'],
      ['{ user(idd: 1) { id } }', 'Unknown argument "idd" on field "Query.user".', 'Did you mean "id"?'],
    ] as const) {
      expect((await messagesOf(gateway, query))?.[0]).toBe(message);
      expect((await messagesOf(other, query))?.[0]).toBe(`${message} ${suggestion}`);
    }
  });

  test('is asked for by audience, for the same document again and again', async () => {
    await using gateway = await startOver(world, { NODE_ENV: 'production', INTROSPECTION: 'public=on' });
    await using other = await startOver(world, { INTROSPECTION: 'staff=on' });
    for (let i = 0; i < 3; i++) {
      expect(await byText(gateway, '{ __schema { description } }')).toBe('__schema');
      expect(await byText(other, '{ __schema { description } }')).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });
});

test('a trusted document with `@defer` is answered in parts, and no other document', async () => {
  await using folder = await openFolder();
  const home = 'query Home { me { id ... @defer(label: "later") { reviews(first: 1) { id } } } }';
  await folder.write('manifest.json', { [sha256(home)]: home });
  await using gateway = await folder.start({ TRUSTED_DOCUMENTS_MODE: 'require' });
  const accept = { accept: 'multipart/mixed;deferSpec=20220824, application/json' };
  const response = await gateway.post({ documentId: sha256(home) }, accept);
  expect(response.headers.get('content-type')).toContain('deferSpec=20220824');
  const parts = (await response.text()).split('\r\n---').flatMap((part) => part.match(/\{.*\}/) ?? []);
  expect(parts.map((part) => JSON.parse(part) as object)).toEqual([
    { data: { me: { id: 'u0' } }, hasNext: true },
    {
      incremental: [{ data: { reviews: [{ id: 'r0' }] }, path: ['me'], label: 'later' }],
      hasNext: false,
    },
  ]);
  const other = await gateway.post({ query: home.replace('Home', 'Other') }, accept);
  expect(await outcomeOf(other)).toBe('QUERY_NOT_IN_SAFELIST');
});
