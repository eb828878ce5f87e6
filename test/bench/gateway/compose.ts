import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { graph } from './graph.ts';

/** Composes the supergraph of the measured graph. `urls` are the subgraphs' URLs. */
export function composeGraph(urls: Readonly<Record<string, string>>): string {
  const result = composeServices(
    Object.entries(graph).map(([name, { sdl }]) => ({
      name,
      url: `${urls[name]}/graphql`,
      typeDefs: parse(sdl),
    })),
  );
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}
