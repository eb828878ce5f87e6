/** The subgraphs, and their SDLs in this folder. */
import { readFileSync } from 'node:fs';

export const subgraphs = ['patrons', 'credentials', 'circulation'] as const;
export type SubgraphName = (typeof subgraphs)[number];

export const readSdl = (subgraph: SubgraphName): string =>
  readFileSync(new URL(`${subgraph}.graphql`, import.meta.url), 'utf8');
