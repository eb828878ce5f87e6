import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { gatewayVariables } from '../../gateway/config.ts';
import { simulatorVariables } from '../../simulators/config.ts';
import { subgraphVariables } from '../../subgraphs/runtime/start.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const exclude = (path: string): boolean => path.endsWith('node_modules') || path.endsWith('.git');
const files = globSync('**/*.*', { cwd: root, exclude }).map((file) => normalize(file));
const sources = files.filter((file) => /^(gateway|subgraphs|adapters|simulators)\/.*\.ts$/.test(file));
const folders = [...new Set(files.flatMap(parentsOf))];
const documents = files.filter((file) => file.endsWith('.md'));
/** This one also names files that its reader will write. */
const guideToNewFiles = 'docs/adopting-a-soap-system.md';

/** `a/b/c.ts` is in `a/` and in `a/b/`. */
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
  // `subgraphs/x/*` is said of each subgraph.
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

/** The anchors of a document's headings, as GitHub makes them. */
function headingsOf(document: string): string[] {
  return Array.from(read(document).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('README.md has every variable that is read', () => {
  const readme = read('README.md');
  const variables = new Set([...gatewayVariables, ...subgraphVariables, ...simulatorVariables]);
  const missing = [...variables].filter(
    (name) =>
      !readme.includes(`\`${name}\``) && !readme.includes(`\`${name.replace(/^(PRS|CMS|CIRC)_/, '…_')}\``),
  );
  expect(missing).toEqual([]);
});

test('the runbook quotes log lines as they are logged', () => {
  const [, section = ''] = /^## Log lines\n([\s\S]*?)^## /m.exec(read('docs/runbook.md')) ?? [];
  const quotes = Array.from(section.matchAll(/^\| `([^`]+)`/gm), ([, quote = '']) => quote);
  const code = sources.map(read).join('\n');
  const wrong = quotes.filter((quote) => !quote.split('…').every((part) => code.includes(part.trim())));
  expect(quotes.length).toBeGreaterThan(10);
  expect(wrong).toEqual([]);
});
