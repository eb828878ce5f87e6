import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folders = ['store', 'subgraphs', 'edge', 'embedded', 'gateway', 'platform', 'adapters', 'telemetry'];

/** Matches code that reads a wall clock, reads a clock that was passed in, or compares a time in SQL. */
const readsClock =
  /Date\.now|new Date\(\)|journal_now|(?:clock|statement|transaction)_timestamp|current_timestamp|\$\{now\}|\$\{(?:inMs|ago)\(|clock\.now|(?<![\w#])now\(\)|this\.#now\(\)|\bclock\(\)/;
const isComment = (line: string): boolean => /^\s*(?:\*|\/\/|\/\*|--)/.test(line);
const isMonotonic = (line: string): boolean => line.includes('performance.now');

const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.(?:ts|sql)$/.test(file))
  .filter((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .some((line) => !isComment(line) && !isMonotonic(line) && readsClock.test(line)),
  );

const decision = readFileSync(join(root, 'docs', 'decisions', '0046-time.md'), 'utf8');
const list = decision.split('\n## The list\n')[1]?.split('\n## ')[0] ?? '';
const entries = [...list.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
);
const covers = (entry: string, file: string): boolean =>
  entry.endsWith('/') ? file.startsWith(entry) : file === entry;

test('every file that reads a wall clock is in the list of decision 46', () => {
  expect(files.filter((file) => !entries.some((entry) => covers(entry, file)))).toEqual([]);
});

test('every entry of the list reads a wall clock', () => {
  expect(entries.filter((entry) => !files.some((file) => covers(entry, file)))).toEqual([]);
});
