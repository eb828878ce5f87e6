import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseOptions, UsageError } from '../../../../gateway/from-file/options.ts';
import { run } from '../../../support/processes.ts';
import { sample } from '../../../support/sample.ts';
import { startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

/** A process starts slowly on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

let world: World;
let directory: string;
beforeAll(async () => {
  world = await createWorld();
  directory = await mkdtemp(join(tmpdir(), 'patron-graph-command-'));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const gateway = (...args: string[]) => run('gateway/main.ts', {}, args);

test('serves a supergraph at the given host and port, and exits with 0 on SIGTERM', async () => {
  await using running = gateway('--supergraph', world.file, '--port', '0', '--host', '127.0.0.1');
  const [, url = ''] = await running.says(/GraphQL at (http:\/\/127\.0\.0\.1:\d+\/graphql)/);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ me { name reviews { body } } }"}',
  });
  expect(await response.json()).toMatchObject({ data: { me: { name: 'Ada' } } });
  running.child.kill('SIGTERM');
  expect(await running.exit).toBe(0);
});

test('--help prints every option', async () => {
  await using running = gateway('--help');
  expect(await running.exit).toBe(0);
  for (const option of ['--config', '--supergraph', '--compose', '--out', '--port', '--host']) {
    expect(running.output.stdout).toContain(option);
  }
});

test('--compose takes the name and the URL of each subgraph', () => {
  expect(parseOptions(['--compose', 'a=http://a:1/graphql?x=y', 'b-c=https://b']).compose).toEqual(
    new Map([
      ['a', new URL('http://a:1/graphql?x=y')],
      ['b-c', new URL('https://b')],
    ]),
  );
});

describe('a wrong command line is rejected', () => {
  const wrong: readonly (readonly [string, string[], RegExp])[] = [
    [
      'an unknown option',
      ['--supergrpah', 'x'],
      /--supergrpah is no option\. The options are --config, --supergraph/,
    ],
    ['a short option', ['-p', '4000'], /-p is no option/],
    ['a file alone', ['supergraph.graphql'], /supergraph\.graphql is no option: .* --supergraph/],
    ['no file', ['--supergraph'], /--supergraph/],
    ['no port', ['--supergraph', 'x', '--port', 'http'], /--port must be 0 to 65535, not http/],
    ['no such port', ['--supergraph', 'x', '--port', '65536'], /--port must be 0 to 65535/],
    ['an option of former releases', ['--share-in-flight'], /set all\.shareInFlight in the file of --config/],
    ['nothing to compose', ['--compose'], /--compose needs NAME=URL for each subgraph/],
    ['a subgraph without a name', ['--compose', 'http://a'], /http:\/\/a must be NAME=URL, as in books=/],
    ['a subgraph at no HTTP', ['--compose', 'a=ftp://a'], /a=ftp:\/\/a must be NAME=URL/],
    ['two supergraphs', ['--compose', 'a=http://a', '--supergraph', 'x'], /--supergraph has no place/],
    ['a file for nothing', ['--supergraph', 'x', '--out', 'y'], /--out needs --compose/],
  ];
  test.each(wrong)('%s', (_what, args, says) => {
    expect(() => parseOptions(args)).toThrow(says);
    expect(() => parseOptions(args)).toThrow(UsageError);
  });

  test.each(sample('wrong command lines', wrong, { each: 3 }))(
    'by the process: %s',
    async (_what, args, says) => {
      await using running = gateway(...args);
      expect(await running.exit).toBe(2);
      expect(running.output.stderr).toMatch(says);
      expect(running.output.stderr).toContain('--help prints all options');
      expect(running.output.stdout).toBe('');
    },
  );
});

describe('a file without a valid supergraph ends the process with 1 and one sentence', () => {
  const join3 = 'schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }';
  const graphs = (url: string) => `enum join__Graph { A @join__graph(name: "a", url: "${url}") }`;
  const wrong: readonly (readonly [string, string | null, RegExp])[] = [
    ['no file', null, /no such file/],
    ['nothing', '', /Syntax Error/],
    ['no GraphQL', '{"data": 1}', /Syntax Error/],
    ['a schema', 'type Query { a: Int }', /no join__Graph/],
    ['a supergraph without a query', `${join3} type Other { a: Int } ${graphs('http://a')}`, /Query/],
    ['a type that is not there', `${join3} type Query { a: Nope } ${graphs('http://a')}`, /Nope/],
    [
      'a subgraph that is nowhere',
      `${join3} type Query { a: Int } ${graphs('')}`,
      /subgraph a has the URL ""/,
    ],
    [
      'a subgraph at no HTTP',
      `${join3} type Query { a: Int } ${graphs('ftp://a')}`,
      /"ftp:\/\/a": it must be an http or https URL/,
    ],
  ];
  const fileOf = async (text: string | null): Promise<string> => {
    const file = join(directory, text === null ? 'none.graphql' : 'wrong.graphql');
    if (text !== null) {
      await writeFile(file, text);
    }
    return file;
  };
  test.each(wrong)('%s', async (_what, text, says) => {
    const file = await fileOf(text);
    await expect(startOver({ file })).rejects.toThrow(says);
  });

  test.each(sample('wrong supergraphs', wrong, { each: 2 }))(
    'by the process: %s',
    async (_what, text, says) => {
      const file = await fileOf(text);
      await using running = gateway('--supergraph', file, '--port', '0');
      expect(await running.exit).toBe(1);
      const lines = running.output.stderr.trimEnd().split('\n');
      const [sentence = '', ...others] = lines.filter((line) => !line.includes('"msg":"starting"'));
      expect(sentence).toMatch(says);
      expect(sentence).toContain(file);
      expect(others).toEqual([]);
    },
  );
});

test('a limit that is not a number is named', async () => {
  await using running = run('gateway/main.ts', { MAX_BATCH: 'many' }, ['--supergraph', world.file]);
  expect(await running.exit).toBe(1);
  expect(running.output.stderr).toMatch(/must be a whole number, 1 to 100[\s\S]*MAX_BATCH/);
});
