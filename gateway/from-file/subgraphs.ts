import { type DocumentNode, type EnumValueDefinitionNode, Kind } from 'graphql';
import { readLinks } from '../supergraph/links.ts';

/**
 * Returns the URL of each subgraph by its name, from `@join__graph(name:, url:)`. A supergraph may use another prefix
 * than `join`. The URL may be anything, because a configuration may replace it.
 * @throws Error if the document is not a supergraph.
 */
export function readSubgraphUrls(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const join = readLinks(supergraph).find(({ feature }) => feature === 'join');
  const nameOf = (element: string) => join?.directiveName(element) ?? `join__${element}`;
  const joinGraph = supergraph.definitions.find(
    (definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === nameOf('Graph'),
  );
  if (joinGraph?.kind !== Kind.ENUM_TYPE_DEFINITION) {
    throw new Error(
      'it has no join__Graph, so it is no Federation 2 supergraph: compose its subgraphs first',
    );
  }
  return new Map(
    (joinGraph.values ?? []).map((graph) => {
      const given = (argument: string) => argumentOf(graph, nameOf('graph'), argument);
      const name = given('name') ?? graph.name.value;
      return [name, given('url') ?? ''];
    }),
  );
}

function argumentOf(
  { directives = [] }: EnumValueDefinitionNode,
  directiveName: string,
  name: string,
): string | undefined {
  const value = directives
    .find((directive) => directive.name.value === directiveName)
    ?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** @throws Error if the URL of the subgraph `name` is not an http URL. */
export function httpUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`the subgraph ${name} has the URL "${text}": it must be an http or https URL`);
  }
  return url;
}
