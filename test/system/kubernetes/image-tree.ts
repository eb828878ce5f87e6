/** The files of the production image, without Docker. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** The instructions of a stage, without its comments. A line that goes on in the next one is one instruction. */
export function stageOf(name: string): readonly string[] {
  const stages = dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split(/^(?=FROM )/m);
  const stage = stages.find((text) => text.split('\n', 1)[0]?.endsWith(` AS ${name}`));
  return stage?.split('\n').filter((line) => line !== '') ?? [];
}

/** What the stages have of the repository: files and folders. */
export const copiedIn = (...stages: readonly string[]): readonly string[] =>
  stages
    .flatMap(stageOf)
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1))
    .map((path) => path.replace(/^\.\//, ''));

/** What the image has of the repository. */
export const copied: readonly string[] = copiedIn('program', 'production');

/** What `.dockerignore` keeps out of folders that are copied. */
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => /^[\w*]/.test(line) && line !== '*');

const lockFile = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/** The packages that `npm ci --omit=dev` installs, as their paths: `node_modules/pg`. Those within others are left out. */
function productionPackages(): readonly string[] {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev && path.lastIndexOf('node_modules/') === 0)
    .map(([path]) => path);
}

/** Builds the pages as the stage of them does, from what it copies, in that empty folder. */
async function buildPages(folder: string): Promise<void> {
  for (const path of copiedIn('pages')) {
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) => relative(root, source) !== 'apps/dist',
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await promisify(execFile)('npm', ['run', 'build'], { cwd: folder });
}

/**
 * Makes the image's `/app` in that empty folder, with the pages built. Packages are links into this repository's `node_modules`: run it with
 * `NODE_PRESERVE_SYMLINKS=1`, so that they find one another in the image alone, where no development dependency is.
 */
export async function createImageTree(folder: string): Promise<void> {
  for (const path of copied) {
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) => !ignored.includes(relative(root, source)),
    });
  }
  for (const path of productionPackages()) {
    // Optional ones of other platforms are in the lock file, and not installed.
    if (existsSync(join(root, path))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(join(root, path), join(folder, path));
    }
  }
  const stage = mkdtempSync(join(dirname(folder), 'patron-graph-pages-'));
  try {
    await buildPages(stage);
    cpSync(join(stage, 'apps/dist'), join(folder, 'apps/dist'), { recursive: true });
  } finally {
    rmSync(stage, { recursive: true });
  }
}
