import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { lineAt } from './source.ts';

const root = join(import.meta.dirname, '../..');

/** Every file of sources, tests and documents, as a path from the root. Installed and built files are left out. */
const files = globSync(
  [
    '*',
    '{adapters,apps,deploy,docs,edge,embedded,gateway,platform,schema,simulators,store,subgraphs,telemetry,test}/**/*',
  ],
  {
    cwd: root,
    withFileTypes: true,
    exclude: ({ name }) => name === 'node_modules' || name === 'dist',
  },
)
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(root, join(parentPath, name)));

/** A folder with more files than this should have subfolders, one for each concept. */
const maxFilesPerFolder = 16;

/** Folders that may have more files, with the reason. */
const largerFolders: Readonly<Record<string, string>> = {
  'docs/decisions': 'a numbered list, which only grows',
  'store/journal/migrations/postgres': 'a numbered list, which only grows',
  'store/journal/migrations/sqlite': 'a numbered list, which only grows',
  'test/peers/recorded': 'recorded XML, one file for each exchange',
};

test('no folder holds more than sixteen files side by side', () => {
  const filesByFolder = Map.groupBy(files, dirname);
  const tooLarge = [...filesByFolder]
    .filter(
      ([folder, { length }]) => folder !== '.' && length > maxFilesPerFolder && !(folder in largerFolders),
    )
    .map(([folder, { length }]) => `${folder}: ${length} files`);
  expect(tooLarge).toEqual([]);
});

test('every folder that may hold more does', () => {
  const filesByFolder = Map.groupBy(files, dirname);
  const needless = Object.keys(largerFolders).filter(
    (folder) => (filesByFolder.get(folder)?.length ?? 0) <= maxFilesPerFolder,
  );
  expect(needless).toEqual([]);
});

const documents = files.filter((file) => file.endsWith('.md'));

/** A path from the root. It begins with a top-level folder, and is not part of a URL or of a longer path. */
const pathFromRoot =
  /(?<![\w./@:-])(?:adapters|apps|deploy|docs|edge|embedded|gateway|platform|schema|simulators|store|subgraphs|telemetry|test)\/[\w./-]*\w/g;

/** Paths that need not exist, by the document that names them: placeholders, and files that the reader will create. */
const placeholders: Readonly<Record<string, RegExp>> = {
  'ARCHITECTURE.md': /^(?:adapters|apps|edge|subgraphs)\/x$/,
  'docs/adopting-a-soap-system.md': /\/(?:bookings|rooms)\b/,
};

test('every path from the root that a document names exists', () => {
  const dead = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return Array.from(text.matchAll(pathFromRoot))
      .filter(([path]) => !existsSync(join(root, path)) && !placeholders[document]?.test(path))
      .map(({ index, 0: path }) => `${document}:${lineAt(text, index)} names ${path}`);
  });
  expect(dead).toEqual([]);
});
