import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../gateway/config.ts';
import { coreSubgraphs, coreSystems, variablePrefix } from '../../platform/systems.ts';
import { readSubgraphConfig } from '../../subgraphs/runtime/config.ts';
import { readBehindConfig } from '../../subgraphs/runtime/start.ts';
import { variablesOfAllProcesses } from '../support/set-up/variables.ts';
import { isOfAddedSystem, lineAt } from './source.ts';

const root = join(import.meta.dirname, '../..');
const textsByFile = new Map<string, string>();
/** The text of a file. Many tests read the same documents. */
function read(file: string): string {
  const text = textsByFile.get(file) ?? readFileSync(join(root, file), 'utf8');
  textsByFile.set(file, text);
  return text;
}

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

/** What a document names. */
interface Named {
  readonly document: string;
  readonly name: string;
  readonly index: number;
}

/** What a pattern captures in a document; its whole match, if it captures nothing. */
const namedIn = (document: string, pattern: RegExp): readonly Named[] =>
  Array.from(read(document).matchAll(pattern), ({ index, 0: match, 1: name = match }) => ({
    document,
    name,
    index,
  }));

/** An offender with its place, such as `README.md:7: schema/none.ts`. */
const told = ({ document, name, index }: Named): string =>
  `${document}:${lineAt(read(document), index)}: ${name}`;

test('every source file that a document names exists', () => {
  const named = documents
    .filter((document) => document !== guideToNewFiles)
    .flatMap((document) => namedIn(document, /(?<![\w/.…-])[\w-][\w/.-]*\.(?:ts|graphql|sql)\b/g));
  const missing = named.filter(({ name }) => !isPath(name, files));
  expect(named.length).toBeGreaterThan(200);
  expect(missing.map(told)).toEqual([]);
});

test('every folder that ARCHITECTURE.md and test/README.md name exists', () => {
  const missing = ['ARCHITECTURE.md', 'test/README.md'].flatMap((document) => {
    const named = namedIn(document, /`([\w-][\w/-]*\/)\*?`/g);
    expect(named, document).not.toEqual([]);
    // `subgraphs/x/*` stands for every subgraph, so it need not exist.
    return named.filter(({ name }) => !/(^|\/)x\//.test(name) && !isPath(name, folders));
  });
  expect(missing.map(told)).toEqual([]);
});

test('the links of every document lead somewhere', () => {
  const broken = documents.flatMap((document) =>
    namedIn(document, /\]\(([^)]+)\)/g).filter(
      ({ name }) => !name.includes(':') && !leadsSomewhere(document, name),
    ),
  );
  expect(documents.length).toBeGreaterThan(50);
  expect(broken.map(told)).toEqual([]);
});

/** Whether a link in a document leads to a file, a folder or a heading. */
function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? document : normalize(join(dirname(document), path));
  return heading === undefined
    ? files.includes(file) || folders.includes(`${file.replace(/\/$/, '')}/`)
    : (headingsByFile.get(file) ?? []).includes(heading);
}

/** The anchors of a document's headings, in the form that GitHub gives them. */
const headingsOf = (document: string): readonly string[] =>
  Array.from(read(document).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
const headingsByFile = new Map(documents.map((document) => [document, headingsOf(document)]));

test('docs/configuration.md has every variable that is read', () => {
  const tables = read('docs/configuration.md');
  const prefixes = coreSystems.map(variablePrefix).join('|');
  const ofSystem = new RegExp(`^(?:${prefixes})_`);
  const ofTls = new RegExp(`^(?:${prefixes}|JOURNAL|SUBGRAPHS|GRAPH|RATES_DATABASE)_TLS_`);
  const missing = variablesOfAllProcesses.filter(
    (name) =>
      !isOfAddedSystem(name) &&
      !tables.includes(`\`${name}\``) &&
      !tables.includes(`\`${name.replace(ofSystem, '…_')}\``) &&
      !tables.includes(`\`${name.replace(ofTls, '…_TLS_')}\``),
  );
  expect(missing).toEqual([]);
});

test('docs/configuration.md has no variable that the budget of settings does not count', () => {
  const rows = read('docs/configuration.md').matchAll(/^\| (`[A-Z][^|]*) \|/gm);
  const named = Array.from(rows, ([, cell = '']) => [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)]).flat();
  expect(named.length).toBeGreaterThan(90);
  expect(
    named.map(([, name = '']) => name).filter((name) => !variablesOfAllProcesses.includes(name)),
  ).toEqual([]);
});

/** Numbers of decisions that a text cites: `decision 8`, `Decisions 8 (lending), 9 (procedures) and 15`, `decisions/0008-…`. */
const decisionsIn = (text: string): readonly number[] => [
  ...Array.from(text.matchAll(/decisions\/(\d{4})-/g), ([, number]) => Number(number)),
  ...Array.from(
    text.replace(/\n[\s*/>-]*/g, ' ').matchAll(/\bdecisions? (\d+(?:(?: \(\w+\))?(?:, | and )\d+)*)\b/gi),
    ([, numbers = '']) => [...numbers.matchAll(/\d+/g)].map(Number),
  ).flat(),
];

test('each decision is cited where it holds, and each cited decision exists', () => {
  const folder = 'docs/decisions/';
  const numberOf = (file: string): number => Number(file.slice(folder.length, folder.length + 4));
  const decisions = documents.filter((file) => file.startsWith(folder) && !file.endsWith('README.md'));
  // The CHANGELOG tells what was.
  const citing = files.filter(
    (file) =>
      /\.(?:md|tsx?|sql|ya?ml|graphql|cfg)$/.test(file) &&
      !/(?:^|\/)(?:dist|promised)\/|^CHANGELOG|^test\/house\/documents/.test(file),
  );
  const cited = citing.flatMap((file) => decisionsIn(read(file)).map((number) => ({ file, number })));
  const numbers = decisions.map(numberOf);
  const citedElsewhere = new Set(
    cited.filter(({ file }) => !file.startsWith(folder)).map(({ number }) => number),
  );
  expect(decisions.length).toBeGreaterThan(30);
  expect(decisions.filter((file) => !citedElsewhere.has(numberOf(file)))).toEqual([]);
  expect(cited.filter(({ number }) => !numbers.includes(number))).toEqual([]);
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
