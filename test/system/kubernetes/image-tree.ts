/** Builds the files of the production image without Docker. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** The instructions of a stage, without comments and with continued lines joined. */
export function stageOf(name: string): readonly string[] {
  const stages = dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split(/^(?=FROM )/m);
  const stage = stages.find((text) => text.split('\n', 1)[0]?.endsWith(` AS ${name}`));
  return stage?.split('\n').filter((line) => line !== '') ?? [];
}

/** The files and folders of the repository that the stages copy. */
export const copiedIn = (...stages: readonly string[]): readonly string[] =>
  stages
    .flatMap(stageOf)
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1))
    .map((path) => path.replace(/^\.\//, ''));

/** The files and folders of the repository that the image has. */
export const copied: readonly string[] = copiedIn('program', 'production');

/** The paths in copied folders that `.dockerignore` leaves out. */
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => /^[\w*]/.test(line) && line !== '*');

const lockFile = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/**
 * The paths of the packages that `npm ci --omit=dev` installs, such as `node_modules/pg`. Nested packages are left out.
 */
function productionPackages(): readonly string[] {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev && path.lastIndexOf('node_modules/') === 0)
    .map(([path]) => path);
}

/** Builds the pages in an empty folder, from the files that the stage of the Dockerfile copies. */
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
 * Creates the image's `/app` in an empty folder, with the built pages. The packages are links to this repository's
 * `node_modules`. With `NODE_PRESERVE_SYMLINKS=1` they find only each other, and no development dependencies.
 */
export async function createImageTree(folder: string): Promise<void> {
  for (const path of copied) {
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) => !ignored.includes(relative(root, source)),
    });
  }
  for (const path of productionPackages()) {
    // The lock file also lists optional packages for other platforms, which are not installed.
    if (existsSync(join(root, path))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(join(root, path), join(folder, path));
    }
  }
  using stage = makeTemporaryFolder();
  await buildPages(stage.path);
  cpSync(join(stage.path, 'apps/dist'), join(folder, 'apps/dist'), { recursive: true });
}
