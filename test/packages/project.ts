import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isExhaustive } from '../support/sample.ts';
import { root } from '../support/services/source-tree.ts';

const run = promisify(execFile);

/** Somebody else's project, with packages that were packed from this repository. */
export interface OtherProject extends Disposable {
  readonly folder: string;
  /** The manifest of an installed package. */
  manifestOf(name: string): Manifest;
  write(file: string, text: string): void;
  /** Returns what `tsc` says about files of the project. */
  compile(files: readonly string[], options: Readonly<Record<string, unknown>>): Promise<string>;
}

export interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Makes an empty project and installs the packages into it. With `EXHAUSTIVE=1`, npm installs them with everything that
 * they depend on. Otherwise they are unpacked, and their dependencies are links to this repository's, which takes no
 * network. A package that they don't name is missing in both.
 */
export async function installedProject(): Promise<OtherProject> {
  const folder = mkdtempSync(join(tmpdir(), 'other-project-'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const manifestOf = (name: string): Manifest =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
  write('package.json', JSON.stringify({ private: true, type: 'module' }));
  const packing = await run(process.execPath, [
    join(root, 'deploy/packages/main.ts'),
    join(folder, 'packed'),
  ]);
  const archives = packing.stdout.trim().split('\n');
  if (isExhaustive) {
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...options, ...archives, 'graphql@16'], { cwd: folder });
  } else {
    for (const archive of archives) {
      unpack(folder, archive);
    }
  }
  return {
    folder,
    manifestOf,
    write,
    async compile(files, options) {
      const compilerOptions = { strict: true, target: 'es2022', outDir: 'out', rootDir: '.', ...options };
      write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
      return await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout?: string }) => error.stdout ?? String(error),
      );
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Unpacks an archive of npm as npm does, and links its dependencies. */
function unpack(project: string, archive: string): void {
  const modules = join(project, 'node_modules');
  const name = /patron-graph-(\w+)-[\d.]+\.tgz$/.exec(archive)?.[1] ?? '';
  const own = join(modules, '@patron-graph', name);
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', own]);
  const manifest: Manifest & { readonly peerDependenciesMeta?: object } = JSON.parse(
    readFileSync(join(own, 'package.json'), 'utf8'),
  );
  const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  for (const dependency of needed.filter((one) => !optional.includes(one))) {
    link(join(root, 'node_modules', dependency), join(modules, dependency));
  }
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    link(join(own, file), join(modules, '.bin', command));
  }
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Returns the path of a Node of another release than this process, from PATH. Null if there is none. */
export function otherNode(): string | null {
  const isOther = (node: string): boolean => {
    try {
      const version = execFileSync(node, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return version.trim().split('.')[0] !== process.version.split('.')[0];
    } catch {
      return false;
    }
  };
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'node')).find(isOther) ?? null;
}
