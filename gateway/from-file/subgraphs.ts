import { type DocumentNode, type EnumValueDefinitionNode, Kind } from 'graphql';

/**
 * The URL of each subgraph, by name, from `@join__graph(name:, url:)`.
 * @throws Error where a subgraph has no http URL, or the document is no supergraph.
 */
export function readSubgraphUrls({ definitions }: DocumentNode): ReadonlyMap<string, URL> {
  const joinGraph = definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (joinGraph?.kind !== Kind.ENUM_TYPE_DEFINITION) {
    throw new Error(
      'it has no join__Graph, so it is no Federation 2 supergraph: compose its subgraphs first',
    );
  }
  return new Map(
    (joinGraph.values ?? []).map((graph) => {
      const name = argumentOf(graph, 'name') ?? graph.name.value;
      return [name, httpUrl(argumentOf(graph, 'url') ?? '', name)];
    }),
  );
}

function argumentOf({ directives = [] }: EnumValueDefinitionNode, name: string): string | undefined {
  const value = directives
    .find((directive) => directive.name.value === 'join__graph')
    ?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function httpUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`the subgraph ${name} has the URL "${text}": it must be an http or https URL`);
  }
  return url;
}
