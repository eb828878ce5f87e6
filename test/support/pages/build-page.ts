import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
/** The folder in which `apps/build/build.mjs` stores the start time of each page's build. */
const marks = join(root, 'apps/dist/.built');

/** The sources of all pages, besides each page's own folder. */
const shared = [
  'apps/{build,kit,ui}/**',
  'docs/guides/**',
  'schema/audiences/*',
  'CHANGELOG.md',
  'package-lock.json',
];

/** If a build takes longer than this, in ms, its process is assumed to be dead, and its lock is removed. */
const maxBuildMs = 240_000;

/**
 * Builds the page in `apps/<name>/` if anything has changed since its last build here. Test files run at the same time.
 * One test file builds, and the others wait for the build, because a page can't be opened while its files are replaced.
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

/** Takes the lock unless another process holds it. Returns whether this process now has the lock. */
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

/** The time of the last change, in ms since 1970; 0 if the file does not exist. */
const changeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
