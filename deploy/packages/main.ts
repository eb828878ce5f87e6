/**
 * `npm run pack [-- FOLDER]`: makes the packages that other projects install, `@patron-graph/gateway` and
 * `@patron-graph/kit`, as folders and as `.tgz` files in FOLDER (default: `deploy/packages/dist`). It publishes nothing.
 */

import { join, resolve } from 'node:path';
import { makeGateway } from './gateway/make-gateway.ts';
import { makeKit } from './kit/make-kit.ts';
import { pack } from './package-folder.ts';

const [folder = join(import.meta.dirname, 'dist')] = process.argv.slice(2);
for (const [name, make] of [
  ['gateway', makeGateway],
  ['kit', makeKit],
] as const) {
  const made = resolve(folder, name);
  await make(made);
  process.stdout.write(`${await pack(made, resolve(folder))}\n`);
}
