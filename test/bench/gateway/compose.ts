import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { graph } from './graph.ts';

/** The supergraph of the measured graph, whose subgraphs are at these URLs. */
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
