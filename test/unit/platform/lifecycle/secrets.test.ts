import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
let files = 0;
function fileWith(text: string): string {
  files += 1;
  const file = join(folder, `secret-${files}`);
  writeFileSync(file, text);
  return file;
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

test('reads a secret from a file, without the line break at its end', () => {
  for (const end of ['', '\n', '\r\n']) {
    const env = { A_FILE: fileWith(`${first}${end}`), B: 'b', B_FILE: '' };
    expect(withSecretsFromFiles(env, ['A', 'B'])).toMatchObject({ A: first, B: 'b' });
  }
});

test('names every file that it cannot use, and quotes nothing', () => {
  const env = {
    A: first,
    A_FILE: fileWith(second),
    B_FILE: join(folder, 'hunter2'),
    C_FILE: fileWith('\n'),
    D_FILE: fileWith('x'.repeat(5_000)),
    E: '',
    E_FILE: fileWith(first),
  };
  expect(() => withSecretsFromFiles(env, ['A', 'B', 'C', 'D', 'E'])).toThrow(
    new Error(
      [
        "The environment can't be used:",
        'A_FILE: must not be set beside A',
        "B_FILE: the file can't be read (ENOENT)",
        'C_FILE: the file is empty',
        'D_FILE: the file has more than 4096 characters',
      ].join('\n'),
    ),
  );
});

test('every secret may stand in a file', () => {
  const file = fileWith(`${first},${second}\n`);
  const both = [inBytes(first), inBytes(second)];
  // The gateway signs with the first secret.
  expect(readGatewayConfig({ SUBGRAPH_SECRET_FILE: file }).subgraphSecret).toEqual(inBytes(first));
  expect(readSubgraphConfig({ SUBGRAPH_SECRET_FILE: file }, 4001).secrets).toEqual(both);
  const url = 'postgresql://journal:password@postgres:5432/journal';
  const operations = readOperationsConfig({
    JOURNAL_SECRET_FILE: file,
    PSEUDONYM_SECRET_FILE: fileWith(second),
    DATABASE_URL_FILE: fileWith(url),
  });
  expect(operations).toMatchObject({ journalSecrets: both, pseudonymSecret: inBytes(second) });
  expect(operations.databaseUrl?.href).toBe(url);
  const legacy = readLegacyConfig({
    CMS_URL: 'http://cms',
    CMS_USER: 'u',
    CMS_PASSWORD_FILE: fileWith('of cms\n'),
    CIRC_URL: 'http://circ',
    CIRC_USER: 'u',
    CIRC_PASSWORD_FILE: fileWith('of circ\n'),
  });
  expect(legacy).toMatchObject({ cms: { password: 'of cms' }, circ: { password: 'of circ' } });
});
