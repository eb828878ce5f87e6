import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs the packages of a folder, once. They are no dependencies of the project. */
export function installPeers(folder: string): void {
  if (!existsSync(join(folder, 'node_modules'))) {
    process.stderr.write('installing the peers, once\n');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
}
