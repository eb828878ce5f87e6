import { writeFile } from 'node:fs/promises';
import type { Configuration } from '../configuration/read-configuration.ts';
import { checkSupergraph } from './check-supergraph.ts';
import type { Options } from './options.ts';
import { addressSource } from './sources/address.ts';
import { composedSource } from './sources/compose.ts';
import { fileSource } from './sources/file.ts';
import { type SupergraphSource, unusable } from './sources/source.ts';

/**
 * Returns where the supergraph comes from: from the command line, or else from the configuration file.
 * @throws Error if neither names a supergraph, or if subgraphs are composed in production without `--out`.
 */
export function chooseSource(
  { compose, supergraph, out }: Pick<Options, 'compose' | 'supergraph' | 'out'>,
  configuration: Configuration,
  production: boolean,
): SupergraphSource {
  if (compose !== null) {
    if (production && out === undefined) {
      throw new Error('--compose is for development: in production, serve the file that --out has written.');
    }
    return composedSource(compose.size > 0 ? compose : urlsIn(configuration));
  }
  if (supergraph !== undefined) {
    return fileSource(supergraph);
  }
  const location = configuration.supergraph;
  if (location === null) {
    throw new Error(`${configuration.locationOf(['supergraph'])} is missing: say where the supergraph is.`);
  }
  return location.kind === 'file' ? fileSource(location.file) : addressSource(location);
}

/**
 * Returns the URLs of the subgraphs in the configuration file.
 * @throws Error if a subgraph has no URL, or if the file names no subgraph.
 */
function urlsIn({ namedSubgraphs, settingsOf, locationOf }: Configuration): ReadonlyMap<string, URL> {
  const urls = new Map<string, URL>();
  for (const name of namedSubgraphs) {
    const { url } = settingsOf(name);
    if (url === null) {
      throw new Error(
        `${locationOf(['subgraphs', name])} has no url, so --compose can't ask for its schema.`,
      );
    }
    urls.set(name, url);
  }
  if (urls.size === 0) {
    throw new Error(
      `${locationOf(['subgraphs'])} names no subgraph that --compose could ask for its schema.`,
    );
  }
  return urls;
}

/**
 * Writes a supergraph to a file, for another process to serve.
 * @throws Error if the supergraph can't be read or served. The file then stays as it was.
 */
export async function writeSupergraph(source: SupergraphSource, file: string): Promise<void> {
  const failed = (error: unknown) => Promise.reject(unusable(source, error));
  const { text } = await source.open(new AbortController().signal).catch(failed);
  await checkSupergraph(text).catch(failed);
  await writeFile(file, text);
}
