import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { signInVariables } from '../../edge/sign-in/config.ts';
import { sip2Variables } from '../../edge/sip2/config.ts';
import { gatewayVariables, readGatewayConfig } from '../../gateway/config.ts';
import { coreSubgraphs, coreSystems, variablePrefix } from '../../platform/systems.ts';
import { simulatorVariables } from '../../simulators/config.ts';
import { readSubgraphConfig } from '../../subgraphs/runtime/config.ts';
import { readBehindConfig, subgraphVariables } from '../../subgraphs/runtime/start.ts';
import { isOfAddedSystem } from './source.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const exclude = (path: string): boolean => path.endsWith('node_modules') || path.endsWith('.git');
const files = globSync('**/*.*', { cwd: root, exclude }).map((file) => normalize(file));
const sources = files.filter((file) =>
  /^(gateway|edge|embedded|apps|subgraphs|adapters|store|platform|simulators)\/.*\.ts$/.test(file),
);
const folders = [...new Set(files.flatMap(parentsOf))];
const documents = files.filter((file) => file.endsWith('.md'));
/** This document also names files that do not exist yet, because its reader will write them. */
const guideToNewFiles = 'docs/adopting-a-soap-system.md';

/** The folders above a file. For `a/b/c.ts` these are `a/b/` and `a/`. */
function parentsOf(file: string): string[] {
  const parent = dirname(file);
  return parent === '.' ? [] : [`${parent}/`, ...parentsOf(parent)];
}

const isPath = (path: string, known: readonly string[]): boolean =>
  known.some((one) => one === path || one.endsWith(`/${path}`));

test.each(documents.filter((document) => document !== guideToNewFiles))(
  'every source file that %s names exists',
  (document) => {
    const named = read(document).match(/(?<![\w/.…-])[\w-][\w/.-]*\.(?:ts|graphql|sql)\b/g) ?? [];
    expect(named.filter((path) => !isPath(path, files))).toEqual([]);
  },
);

test.each(['ARCHITECTURE.md', 'test/README.md'])('every folder that %s names exists', (document) => {
  const named = Array.from(read(document).matchAll(/`([\w-][\w/-]*\/)\*?`/g), ([, path = '']) => path);
  // `subgraphs/x/*` stands for every subgraph, so it need not exist.
  const missing = named.filter((path) => !/(^|\/)x\//.test(path) && !isPath(path, folders));
  expect(named).not.toEqual([]);
  expect(missing).toEqual([]);
});

test.each(documents)('the links of %s lead somewhere', (document) => {
  const targets = Array.from(read(document).matchAll(/\]\(([^)]+)\)/g), ([, target = '']) => target);
  const broken = targets
    .filter((target) => !target.includes(':'))
    .filter((target) => {
      const [path = '', heading] = target.split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      return heading === undefined
        ? !files.includes(file) && !folders.includes(`${file.replace(/\/$/, '')}/`)
        : !headingsOf(file).includes(heading);
    });
  expect(broken).toEqual([]);
});

/** The anchors of a document's headings, in the form that GitHub gives them. */
function headingsOf(document: string): string[] {
  return Array.from(read(document).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('docs/configuration.md has every variable that is read', () => {
  const tables = read('docs/configuration.md');
  const variables = new Set([
    ...gatewayVariables,
    ...subgraphVariables,
    ...simulatorVariables,
    ...sip2Variables,
    ...signInVariables,
  ]);
  const prefixes = coreSystems.map(variablePrefix).join('|');
  const ofSystem = new RegExp(`^(?:${prefixes})_`);
  const ofTls = new RegExp(`^(?:${prefixes}|JOURNAL|SUBGRAPHS|GRAPH|RATES_DATABASE)_TLS_`);
  const missing = [...variables].filter(
    (name) =>
      !isOfAddedSystem(name) &&
      !tables.includes(`\`${name}\``) &&
      !tables.includes(`\`${name.replace(ofSystem, '…_')}\``) &&
      !tables.includes(`\`${name.replace(ofTls, '…_TLS_')}\``),
  );
  expect(missing).toEqual([]);
});

/** The text of a document's first code block in that language. */
function blockIn(document: string, language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(read(document)) ?? [];
  return text ?? expect.fail(`${document} has no block of ${language}`);
}

test('the least environment of docs/configuration.md is enough for every part in production', () => {
  const lines = blockIn('docs/configuration.md', 'sh production').matchAll(/^(\w+)=(.+)$/gm);
  const example = Object.fromEntries(Array.from(lines, ([, name = '', value = '']) => [name, value]));
  // Production refuses the example's own secrets.
  for (const read of [readGatewayConfig, readBehindConfig]) {
    expect(() => read(example)).toThrow('too easy to guess');
  }
  const secrets = Object.keys(example).filter((name) => /_(?:SECRET|PASSWORD)$/.test(name));
  const env = {
    ...example,
    ...Object.fromEntries(secrets.map((name) => [name, randomBytes(32).toString('hex')])),
  };
  const { production, subgraphs, issuers } = readGatewayConfig(env);
  expect({ production, subgraphs: [...subgraphs.keys()], issuers }).toEqual({
    production: true,
    subgraphs: coreSubgraphs,
    issuers: expect.any(Object),
  });
  expect(readSubgraphConfig(env, 4001)).toMatchObject({ host: '0.0.0.0', port: 4001 });
  const { prs, cms, circ, databaseUrl, journalSecrets, pseudonymSecret } = readBehindConfig(env);
  for (const value of [prs, cms, circ, databaseUrl, journalSecrets, pseudonymSecret]) {
    expect(value).not.toBeNull();
  }
});

test('the command of docs/looking-inside.md prints a plan', () => {
  const [, script = ''] = /-e '\n([\s\S]*)'\n$/.exec(blockIn('docs/looking-inside.md', 'sh plan')) ?? [];
  const argv = ['--input-type=module', '-e', script];
  const printed = execFileSync(process.execPath, argv, { cwd: root, encoding: 'utf8' });
  const subgraphs = Array.from(printed.matchAll(/^ *(?:fetch|entityFetch) (\w+)$/gm), ([, name]) => name);
  expect(subgraphs).toEqual(coreSubgraphs);
});

test("the README's mutation is an example of a guide, whose answer is tested", () => {
  const [example = ''] =
    /^```graphql\nmutation [\s\S]*?^```json answer\n[\s\S]*?^```$/m.exec(read('README.md')) ?? [];
  expect(example).not.toBe('');
  expect(read('docs/guides/front-ends.md')).toContain(example);
});

test('the runbook quotes log lines as they are logged', () => {
  const [, section = ''] = /^## Log lines\n([\s\S]*?)^## /m.exec(read('docs/runbook.md')) ?? [];
  const quotes = Array.from(section.matchAll(/^\| `([^`]+)`/gm), ([, quote = '']) => quote);
  const code = sources.map(read).join('\n');
  const wrong = quotes.filter((quote) => !quote.split('…').every((part) => code.includes(part.trim())));
  expect(quotes.length).toBeGreaterThan(10);
  expect(wrong).toEqual([]);
});
