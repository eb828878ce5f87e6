/** The subgraphs, and their SDLs in this folder. */
import { readFileSync } from 'node:fs';
import { type SubgraphName, systems } from '../platform/systems.ts';

/** A supergraph that `npm run compose` makes. */
export interface ComposedGraph {
  /** The folder of the supergraph, with `supergraph.graphql` and `audiences/`. */
  readonly folder: URL;
  readonly subgraphs: readonly SubgraphName[];
}

export const subgraphs: readonly SubgraphName[] = systems.map(({ subgraph }) => subgraph.name);

/** The graph of all systems, and the one that is served without the optional systems. */
export const composedGraphs: readonly ComposedGraph[] = [
  { folder: new URL('./', import.meta.url), subgraphs },
  {
    folder: new URL('./core/', import.meta.url),
    subgraphs: systems.filter(({ isOptional }) => !isOptional).map(({ subgraph }) => subgraph.name),
  },
];

export const readSdl = (subgraph: SubgraphName): string =>
  readFileSync(new URL(`${subgraph}.graphql`, import.meta.url), 'utf8');
