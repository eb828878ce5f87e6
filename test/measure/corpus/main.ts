/**
 * `npm run corpus -- FOLDER`: reads public WSDLs as `npm run generate` reads ours, and prints how many of them work, and
 * what the others lack. `corpus.tsv` lists where each was found, and its digest; the files themselves are not ours to
 * hand on. The folder holds them with everything that they import, in any folders below. With `--list ORIGIN` the command
 * prints rows for `corpus.tsv` instead.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContractFigures, figuresOf, verdicts } from './figures.ts';

const list = new URL('corpus.tsv', import.meta.url);
const [folder, option] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('usage: npm run corpus -- FOLDER [--list]');
}

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** All WSDLs below the folder, each once. */
const paths = new Map<string, string>();
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (/\.wsdl$/i.test(name)) {
    const digest = digestOf(join(folder, name));
    paths.set(digest, paths.get(digest) ?? name);
  }
}

if (option === '--list') {
  for (const [digest, name] of paths) {
    print(`${name.replace('/', '\t')}\t${digest}`);
  }
} else {
  report();
}

function report(): void {
  const listed = readFileSync(list, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split('\t').at(-1) ?? '');
  const found = listed.filter((digest) => paths.has(digest));
  print(
    `${found.length} of ${listed.length} listed contracts found, and ${paths.size - found.length} others`,
  );
  const figures = [...paths.values()].map((name) => ({ name, ...figuresOf(join(folder ?? '', name)) }));
  print(`\n${figures.reduce((sum, { operations }) => sum + operations, 0)} operations work`);
  for (const verdict of verdicts) {
    print(`${String(figures.filter((one) => one.verdict === verdict).length).padStart(5)} ${verdict}`);
  }
  print('\nrefused operations and contracts, by construct');
  printCounts(figures.flatMap(({ refusals }) => refusals));
  print('\ncontracts that use a construct: all, and of those that work wholly');
  printConstructs(figures);
  print('\nnot whole');
  for (const { name, verdict, firstRefusal } of figures) {
    if (verdict !== 'whole' && verdict !== 'encoded only') {
      print(`  ${verdict}: ${name}${firstRefusal === null ? '' : ` (${firstRefusal})`}`);
    }
  }
}

function countsOf(words: readonly string[]): [word: string, count: number][] {
  const counts = new Map<string, number>();
  for (const word of words) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

function printCounts(words: readonly string[]): void {
  for (const [word, count] of countsOf(words)) {
    print(`${String(count).padStart(5)} ${word}`);
  }
}

function printConstructs(figures: readonly ContractFigures[]): void {
  const whole = figures.filter(({ verdict }) => verdict === 'whole');
  for (const [construct, count] of countsOf(figures.flatMap(({ constructs }) => [...constructs]))) {
    const works = whole.filter(({ constructs }) => constructs.has(construct)).length;
    print(`${String(count).padStart(5)}${String(works).padStart(5)} ${construct}`);
  }
}
