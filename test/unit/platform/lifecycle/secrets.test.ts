import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readGatewayConfig } from '../../../../gateway/config.ts';
import { secretValues, withSecretsFromFiles } from '../../../../platform/lifecycle/secrets.ts';
import { readSubgraphConfig } from '../../../../subgraphs/runtime/config.ts';
import { readLegacyConfig } from '../../../../subgraphs/runtime/environment/legacy-systems.ts';
import { readOperationsConfig } from '../../../../subgraphs/runtime/operations-config.ts';

const [first, second] = [
  'the first secret of thirty-two characters',
  'the second secret of so many characters',
];

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
let folders = 0;
/** The variable of a new folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): { readonly SECRETS_DIR: string } {
  folders += 1;
  const own = join(folder, String(folders));
  mkdirSync(own);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(own, name), text);
  }
  return { SECRETS_DIR: own };
}
const inBytes = (text: string) => new TextEncoder().encode(text);

test('takes one value, blanks and all, or several', () => {
  expect(secretValues().parse(first)).toEqual([inBytes(first)]);
  expect(secretValues().parse(` ${first}`)).toEqual([inBytes(` ${first}`)]);
  expect(secretValues().parse(`${first},${second}`)).toEqual([inBytes(first), inBytes(second)]);
});

test('refuses values that no secret should have', () => {
  const problemOf = (text: string) =>
    secretValues()
      .safeParse(text)
      .error?.issues.map(({ message }) => message);
  expect(problemOf('short')).toEqual(['must have 32 characters at least']);
  expect(problemOf(`${first},short`)).toEqual([
    'has several values, as it has commas: each must have 32 characters at least',
  ]);
  expect(problemOf(`${first},`)).toHaveLength(1);
  expect(problemOf(`${first}, ${second}`)).toEqual(['must have no blanks around the commas']);
  expect(problemOf([first, first, first, first, second].join())).toEqual(['must have 4 values at most']);
});

test('reads a secret from its file, without the line break at its end', () => {
  for (const end of ['', '\n', '\r\n']) {
    const env = { ...folderWith({ 'a-secret': `${first}${end}` }), B: 'b' };
    expect(withSecretsFromFiles(env, ['A_SECRET', 'B', 'C'])).toEqual({ ...env, A_SECRET: first });
  }
});

test('names every file that it cannot use, and quotes nothing', () => {
  const env = {
    ...folderWith({ a: second, c: '\n', d: 'x'.repeat(5_000), e: first }),
    A: first,
    E: '',
  };
  mkdirSync(join(env.SECRETS_DIR, 'b'));
  expect(() => withSecretsFromFiles(env, ['A', 'B', 'C', 'D', 'E'])).toThrow(
    new Error(
      [
        "The environment can't be used:",
        'A: must not be set beside a in SECRETS_DIR',
        "b in SECRETS_DIR: the file can't be read (EISDIR)",
        'c in SECRETS_DIR: the file is empty',
        'd in SECRETS_DIR: the file has more than 4096 characters',
      ].join('\n'),
    ),
  );
  const nowhere = { SECRETS_DIR: join(folder, 'hunter2') };
  expect(() => withSecretsFromFiles(nowhere, ['A'])).toThrow('SECRETS_DIR: there is no such folder');
});

test('every secret may stand in a file', () => {
  const url = 'postgresql://journal:password@postgres:5432/journal';
  const env = folderWith({
    'subgraph-secret': `${first},${second}\n`,
    'journal-secret': `${first},${second}\n`,
    'pseudonym-secret': second,
    'database-url': url,
    'cms-password': 'of cms\n',
    'circ-password': 'of circ\n',
  });
  const both = [inBytes(first), inBytes(second)];
  // The gateway signs with the first secret.
  expect(readGatewayConfig(env).subgraphSecret).toEqual(inBytes(first));
  expect(readSubgraphConfig(env, 4001).secrets).toEqual(both);
  const operations = readOperationsConfig(env);
  expect(operations).toMatchObject({ journalSecrets: both, pseudonymSecret: inBytes(second) });
  expect(operations.databaseUrl?.href).toBe(url);
  const legacy = readLegacyConfig({
    ...env,
    CMS_URL: 'http://cms',
    CMS_USER: 'u',
    CIRC_URL: 'http://circ',
    CIRC_USER: 'u',
  });
  expect(legacy).toMatchObject({ cms: { password: 'of cms' }, circ: { password: 'of circ' } });
});
