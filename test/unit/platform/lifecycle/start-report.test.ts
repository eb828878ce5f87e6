import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatewayVariables } from '../../../../gateway/config.ts';
import { startReport } from '../../../../platform/lifecycle/start-report.ts';
import { subgraphVariables } from '../../../../subgraphs/runtime/start.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

const variables = [...gatewayVariables, ...subgraphVariables];

test.each([
  ['CMS_URL', 'https://user:password@cms.example:8443/cms?key=password', 'https://cms.example:8443/cms'],
  [
    'DATABASE_URL',
    'postgresql://u:password@db:5432/journal?password=password',
    'postgresql://db:5432/journal',
  ],
  ['DATABASE_URL', 'postgresql://u:password@one,two:x/journal', '(set)'],
  ['CMS_PASSWORD', 'password', '(set)'],
  ['SUBGRAPH_SECRET', 'password', '(set)'],
  ['LOG_LEVEL', 'info', 'info'],
])('%s=%s is reported as %3$s', (name, value, reported) => {
  expect(startReport({ [name]: value }, variables).configuration).toEqual({ [name]: reported });
});

test('no variable whose name says that it is a secret is reported with its value', () => {
  const env = Object.fromEntries(variables.map((name) => [name, 'a value']));
  const { configuration } = startReport(env, variables);
  const secrets = variables.filter((name) => /SECRET|PASSWORD/.test(name));
  expect(secrets.length).toBeGreaterThan(4);
  expect(secrets.map((name) => configuration[name])).toEqual(secrets.map(() => '(set)'));
});

test('what is not set, and what is no variable of this process, is left out', () => {
  const { configuration, version, commit } = startReport({ PORT: '', PATH: '/bin' }, variables);
  expect(configuration).toEqual({});
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(commit).toBeNull();
});

test('the fingerprint changes with each setting and with the content of a file of a secret, and with nothing else', async () => {
  await using folder = await openTemporaryFolder();
  const file = join(folder.path, 'journal-secret');
  const fingerprint = (change: NodeJS.ProcessEnv = {}) =>
    startReport({ LOG_LEVEL: 'info', SECRETS_DIR: folder.path, PATH: '/bin', ...change }, variables)
      .settingsFingerprint;
  await writeFile(file, 'old,new');
  const before = fingerprint();
  expect(fingerprint({ PATH: '/usr/bin' })).toBe(before);
  expect(before).toBeLessThan(2 ** 20);
  const others = [fingerprint({ LOG_LEVEL: 'debug' }), fingerprint({ COMMIT: 'abc' })];
  await writeFile(file, 'new,old');
  expect(new Set([before, ...others, fingerprint()]).size).toBe(4);
});
