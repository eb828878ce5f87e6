import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

export const root = join(import.meta.dirname, '../..');

const ownManifest = z
  .object({
    version: z.string(),
    license: z.string(),
    engines: z.object({ node: z.string() }),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** What the packages have in common with this project. */
export const { version, license, engines } = ownManifest;

/** Returns the version range of each package in this project's manifest. @throws Error if the manifest lacks one. */
export function rangesOf(names: readonly string[]): Readonly<Record<string, string>> {
  const ranges = { ...ownManifest.devDependencies, ...ownManifest.dependencies };
  return Object.fromEntries(
    names.map((name) => {
      const range = ranges[name];
      if (range === undefined) {
        throw new Error(`${name} is imported, but package.json doesn't install it.`);
      }
      return [name, range];
    }),
  );
}

/**
 * Compiles a project of `deploy/packages/` into a new temporary folder, and passes the folder to `use`. Then removes it.
 */
export async function compiled(
  project: string,
  use: (folder: string) => Promise<void> | void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', join(import.meta.dirname, project), '--outDir', folder]).catch(
      (error: { readonly stdout?: string }) => {
        throw new Error(`deploy/packages/${project} doesn't compile:\n${error.stdout}`);
      },
    );
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The content of a package. `texts` are the contents of files, by path. */
export interface PackageContent {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, string>>;
  /** The source of each file or folder that is copied, by its path in the package. */
  readonly copies: Readonly<Record<string, string>>;
}

/** Empties `folder`, then writes a package into it. */
export function writePackage(folder: string, { manifest, texts, copies }: PackageContent): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, source] of Object.entries({ LICENSE: join(root, 'LICENSE'), ...copies })) {
    cpSync(source, join(folder, path), { recursive: true });
  }
  const json = `${JSON.stringify(manifest, null, 2)}\n`;
  for (const [path, text] of Object.entries({ ...texts, 'package.json': json })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Makes the `.tgz` of a package in `destination`. Returns its path. */
export async function pack(folder: string, destination: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', destination], {
    cwd: folder,
  });
  return join(destination, stdout.trim());
}
