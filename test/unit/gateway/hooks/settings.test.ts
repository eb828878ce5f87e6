import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../../../gateway/configuration/read-configuration.ts';
import { hooksSetting } from '../../../../gateway/hooks/settings.ts';

const run = () => undefined;

test.each([
  [[], '', 'must be an object'],
  [{ request: run }, 'request', 'must be an object'],
  [{ request: {} }, 'request.run', 'must be a function'],
  [{ request: { run: 'allow' } }, 'request.run', 'must be a function'],
  [{ request: { run, timeoutMs: 0 } }, 'request.timeoutMs', 'must be a whole number, 1 to 10000'],
  [{ request: { run, timeoutMs: 10_001 } }, 'request.timeoutMs', 'must be a whole number, 1 to 10000'],
  [{ request: { run, asks: ['headers'] } }, 'request.asks', 'must be an object'],
  [
    { request: { run, asks: { headers: 'x' } } },
    'request.asks.headers',
    'must be a list of names of headers',
  ],
  [
    { request: { run, asks: { headers: ['a b'] } } },
    'request.asks.headers.0',
    'must be the name of a header',
  ],
  [{ end: { run, asks: { caller: 1 } } }, 'end.asks.caller', 'must be true or false'],
])('%j is refused', (hooks, path, message) => {
  const { error } = hooksSetting.safeParse(hooks);
  expect(error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[path, message]]);
});

test.each([
  [{ requests: { run } }, ['requests']],
  [{ request: { run, ask: {} } }, ['ask']],
  [{ request: { run, asks: { variables: true } } }, ['variables']],
])('%j has a property that is not known', (hooks, keys) => {
  const { error } = hooksSetting.safeParse(hooks);
  expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys }]);
});

test('names of headers are read in lower case', () => {
  const hooks = hooksSetting.parse({ end: { run, asks: { headers: ['X-Tenant'] } } });
  expect(hooks.end?.asks?.headers).toEqual(['x-tenant']);
});

test('a configuration file sets hooks, and what is wrong in them has a line and a name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-hooks-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const read = async (name: string, hooks: string) => {
    const file = join(folder, name);
    await writeFile(file, `export default {\n  hooks: {\n${hooks}\n  },\n};\n`);
    return readConfiguration(file);
  };
  const { hooks } = await read(
    'good.config.ts',
    "    error: { run: () => undefined, asks: { headers: ['X-A'] } },",
  );
  expect(hooks.error?.asks?.headers).toEqual(['x-a']);
  await expect(
    read(
      'bad.config.ts',
      "    end: { run: () => undefined },\n    operation: {\n      run: 'allow',\n    },",
    ),
  ).rejects.toThrow('bad.config.ts:5: hooks.operation.run must be a function');
});
