import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { withoutDeadLinks } from '../documents.ts';
import { compiled, root, version, writePackage } from '../package-folder.ts';

const source = join(root, 'apps/kit');

/** The fields of the workspace's manifest that the package keeps. */
const workspace = z.object({
  name: z.string(),
  description: z.string(),
  license: z.string(),
  type: z.literal('module'),
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
});

/** Writes the package of the kit into `folder`: its modules, the schema of each audience, and the recipes. */
export async function makeKit(folder: string): Promise<void> {
  const kept = workspace.parse(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')));
  const recipes = globSync('recipes/*.ts', { cwd: source });
  const schemas = globSync('schema/audiences/*.graphql', { cwd: root });
  await compiled('kit/tsconfig.json', (modules) =>
    writePackage(folder, {
      manifest: {
        ...kept,
        version,
        // The kit's modules are ES2022, and use the globals `fetch` and `crypto`. Node 20 has all of these.
        engines: { node: '>=20' },
        sideEffects: false,
        exports: {
          '.': { types: './index.d.ts', default: './index.js' },
          './caches/*': { types: './caches/*.d.ts', default: './caches/*.js' },
          './schema/*.graphql': './schema/*.graphql',
          './package.json': './package.json',
          './*': { types: './audiences/*.generated.d.ts', default: './audiences/*.generated.js' },
        },
      },
      texts: {
        'README.md': withoutDeadLinks(
          readFileSync(join(source, 'README.md'), 'utf8'),
          'README.md',
          new Set(recipes),
        ),
      },
      copies: {
        ...Object.fromEntries(
          globSync('**/*.{js,ts}', { cwd: modules }).map((file) => [file, join(modules, file)]),
        ),
        ...Object.fromEntries(recipes.map((file) => [file, join(source, file)])),
        ...Object.fromEntries(schemas.map((file) => [`schema/${basename(file)}`, join(root, file)])),
      },
    }),
  );
}
