/** The subgraphs, and their SDLs in this folder. */
import { readFileSync } from 'node:fs';
import { type SubgraphName, systems } from '../platform/systems.ts';

export const subgraphs: readonly SubgraphName[] = systems.map(({ subgraph }) => subgraph.name);

export const readSdl = (subgraph: SubgraphName): string =>
  readFileSync(new URL(`${subgraph}.graphql`, import.meta.url), 'utf8');
