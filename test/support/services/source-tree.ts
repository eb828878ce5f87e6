import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** The folders and files that processes run or read. */
const sources = [
  'adapters',
  'apps/partner',
  'edge',
  'embedded',
  'gateway',
  'platform',
  'schema',
  'simulators',
  'store',
  'subgraphs',
  'telemetry',
  'package.json',
];

/** A copy of the program in a temporary folder, which a test may change. */
export async function copySources(name: string): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), `patron-graph-${name}-`));
  for (const source of sources) {
    await cp(join(root, source), join(folder, source), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
