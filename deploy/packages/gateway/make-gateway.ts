import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesFrom } from '../compiled-files.ts';
import { withoutDeadLinks } from '../documents.ts';
import { compiled, engines, license, rangesOf, root, version, writePackage } from '../package-folder.ts';

const name = '@patron-graph/gateway';
const command = 'patron-graph-gateway';

/** The modules that a process or a thread begins with. */
const main = 'deploy/packages/gateway/main.js';
const entries = [main, 'gateway/from-file/checker-process.js', 'gateway/engine/planning/thread-main.js'];

/** The configuration's types. */
const types = ['gateway/configuration/types.d.ts', 'gateway/hooks/hooks.d.ts'];

/** Packages that only certain settings or options need. Operators who use these install the packages. */
const optional = ['@theguild/federation-composition', 'pg'];

const documents = [
  'docs/configuration.md',
  'docs/hooks.md',
  'docs/incremental-delivery.md',
  'docs/other-graphs.md',
  'docs/streams.md',
];

const graphiql = 'apps/dist/graphiql';

/**
 * Writes the package of the gateway for other graphs into `folder`. The modules keep their relative paths, because some
 * of them load other modules and files by path.
 * @throws Error if the page of GraphiQL is not built
 */
export async function makeGateway(folder: string): Promise<void> {
  if (!existsSync(join(root, graphiql))) {
    throw new Error(`${graphiql} is missing: run npm run build.`);
  }
  await compiled('gateway/tsconfig.types.json', (declarations) =>
    compiled('gateway/tsconfig.json', async (modules) => {
      const { files, packages } = await filesFrom(modules, entries);
      const shipped = new Set(documents);
      const copies = [...files].map((file) => [
        file,
        join(existsSync(join(modules, file)) ? modules : root, file),
      ]);
      writePackage(folder, {
        manifest: manifestWith(packages),
        texts: {
          // In the package, the folder `docs` is beside the README.
          'README.md': readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll(
            '../../../docs/',
            'docs/',
          ),
          'index.js': '// The package has a command and types, and no code to import.\nexport {};\n',
          ...Object.fromEntries(documents.map((path) => [path, documentFor(path, shipped)])),
          ...Object.fromEntries(
            types.map((path) => [path, inThePackage(readFileSync(join(declarations, path), 'utf8'))]),
          ),
        },
        copies: {
          ...Object.fromEntries(copies),
          [graphiql]: join(root, graphiql),
        },
      });
    }),
  );
}

const manifestWith = (packages: readonly string[]) => ({
  name,
  version,
  description: 'A GraphQL gateway for any Apollo Federation 2 supergraph, configured by one typed file',
  license,
  type: 'module',
  engines,
  bin: { [command]: main },
  exports: { '.': { types: `./${types[0]}`, default: './index.js' }, './package.json': './package.json' },
  dependencies: rangesOf(packages.filter((imported) => !optional.includes(imported))),
  peerDependencies: rangesOf(optional),
  peerDependenciesMeta: Object.fromEntries(optional.map((peer) => [peer, { optional: true }])),
});

/** A document for an operator who has the package, but not this repository. */
const documentFor = (path: string, shipped: ReadonlySet<string>): string =>
  inThePackage(withoutDeadLinks(readFileSync(join(root, path), 'utf8'), path, shipped));

/** Replaces this repository's commands and paths with those of the package. */
const inThePackage = (text: string): string =>
  text
    .replaceAll('npm run gateway -- ', `npx ${command} `)
    .replaceAll('npm run gateway', command)
    .replaceAll('../patron-graph/gateway/configuration/types.ts', name);
