import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
/** What `apps/build/build.mjs` writes of each page: when its build began. */
const marks = join(root, 'apps/dist/.built');

/** What pages are made from, besides their own folders. */
const shared = [
  'apps/{build,kit,ui}/**',
  'docs/guides/**',
  'schema/audiences/*',
  'CHANGELOG.md',
  'package-lock.json',
];

/** A build that takes longer than this has died, and nobody holds the lock any more. */
const maxBuildMs = 240_000;

/**
 * Builds the page in `apps/<name>/`, where anything has changed since it was last built here. Test files run at the same time: one of
 * them builds, and the others wait for it, because a page whose files are being replaced can't be opened.
 */
export async function buildPage(name: string): Promise<void> {
  const mark = join(marks, name);
  const lock = `${mark}.lock`;
  mkdirSync(marks, { recursive: true });
  while (!isTaken(lock)) {
    await setTimeout(200);
  }
  try {
    if (changedAt(name) > builtAt(mark)) {
      await promisify(execFile)(process.execPath, ['apps/build/build.mjs', name], { cwd: root });
    }
  } finally {
    rmdirSync(lock);
  }
}

/** Takes the lock, unless another holds it. */
function isTaken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    if (Date.now() - changeOf(lock) > maxBuildMs) {
      rmdirSync(lock);
    }
    return false;
  }
}

const changedAt = (name: string): number =>
  Math.max(
    ...[`apps/${name}/**`, ...shared]
      .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (path) => path === 'node_modules' }))
      .map((file) => changeOf(join(root, file))),
  );

const builtAt = (mark: string): number => (existsSync(mark) ? Date.parse(readFileSync(mark, 'utf8')) : 0);

/** In ms since 1970; 0 where it is not there. */
const changeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
