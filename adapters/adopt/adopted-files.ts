import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { filesOf } from '../soap/contract/read/documents/contract-documents.ts';

/** The folder of a system's adapter, with its contract and its mapping. */
export const adapterFolder = (root: string, id: string): URL => pathToFileURL(`${root}/adapters/${id}/`);

export const mappingFile = (root: string, id: string): URL =>
  new URL('mapping.jsonc', adapterFolder(root, id));

/**
 * The names of all types that other systems have in the graph's SDL files. Skips `supergraph.graphql`, which is
 * composed from the other files.
 */
export function takenTypes(root: string, id: string): Set<string> {
  const files = readdirSync(`${root}/schema`).filter(
    (file) => file.endsWith('.graphql') && file !== 'supergraph.graphql' && file !== `${id}.graphql`,
  );
  const sdls = files.map((file) => readFileSync(`${root}/schema/${file}`, 'utf8'));
  const names = sdls.flatMap((sdl) =>
    [...sdl.matchAll(/^(?:extend )?(?:type|interface|enum|input|union|scalar) (\w+)/gm)].map(
      ([, name = '']) => name,
    ),
  );
  return new Set(names);
}

/** The first port for the subgraph of an adopted system. Our own servers use lower ports. */
const firstAddedPort = 4011;

/**
 * Chooses a port for a new subgraph and one for its simulator. Each is one higher than the highest port of that kind in
 * `platform/systems.ts`. The subgraph's port is at least `firstAddedPort`.
 */
export function freePorts(root: string): { readonly subgraph: number; readonly simulator: number } {
  const file = `${root}/platform/systems.ts`;
  const registry = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = (key: string, first: number) => {
    const ports = [...registry.matchAll(new RegExp(`${key}: \\{[^}]*port: (\\d+)`, 'g'))].map(([, port]) =>
      Number(port),
    );
    return ports.reduce((highest, port) => Math.max(highest, port), first - 1) + 1;
  };
  return { subgraph: Math.max(after('subgraph', 4001), firstAddedPort), simulator: after('simulator', 8101) };
}

/**
 * Copies a WSDL and all files that it imports or includes. The files keep their relative paths.
 * @throws Error if one of the files is not in the folder of the WSDL or below it.
 */
export function copyContract(wsdl: URL, folder: URL): void {
  const base = new URL('.', wsdl);
  for (const file of [wsdl, ...filesOf(wsdl)]) {
    if (!file.href.startsWith(base.href)) {
      throw new Error(
        `${file.pathname} is not below ${base.pathname}: put all files of the contract into one folder`,
      );
    }
    const target = new URL(file.href.slice(base.href.length), folder);
    mkdirSync(new URL('.', target), { recursive: true });
    copyFileSync(file, target);
  }
}
