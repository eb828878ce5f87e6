import { type DocumentNode, Kind, visit } from 'graphql';

/** Before a subgraph's name it makes that the last one in order; no subgraph is called so by itself. */
const lastMark = '~';

/**
 * The supergraph with the subgraphs that have an @interfaceObject named last. router-query-planner 0.0.38 goes by the order
 * of names: where the first subgraph of an interface has it as an @interfaceObject, it finds no way to what only an
 * implementing type has.
 */
export function interfaceObjectsLast(supergraph: DocumentNode): DocumentNode {
  const last = new Set<string>();
  visit(supergraph, {
    Directive: ({ name, arguments: given = [] }) => {
      const graph = given.find((argument) => argument.name.value === 'graph')?.value;
      if (
        name.value === 'join__type' &&
        graph?.kind === Kind.ENUM &&
        given.some((argument) => argument.name.value === 'isInterfaceObject')
      ) {
        last.add(graph.value);
      }
    },
  });
  const renamed = new Set<string>();
  const mark = (value: string) => ({ kind: Kind.STRING, value: lastMark + value }) as const;
  const named = visit(supergraph, {
    EnumValueDefinition: (node) =>
      last.has(node.name.value)
        ? visit(node, {
            Argument: (argument) => {
              if (argument.name.value === 'name' && argument.value.kind === Kind.STRING) {
                renamed.add(argument.value.value);
                return { ...argument, value: mark(argument.value.value) };
              }
              return undefined;
            },
          })
        : undefined,
  });
  return visit(named, {
    // @override speaks of a subgraph by its name.
    Argument: (argument) =>
      argument.name.value === 'override' &&
      argument.value.kind === Kind.STRING &&
      renamed.has(argument.value.value)
        ? { ...argument, value: mark(argument.value.value) }
        : undefined,
  });
}

/** The subgraph's own name. */
export function withoutLastMark(subgraph: string): string {
  return subgraph.startsWith(lastMark) ? subgraph.slice(lastMark.length) : subgraph;
}
