import { type DocumentNode, Kind, visit } from 'graphql';
import { graphsIn, hasFields, isSet, withSubgraphName } from './join.ts';
import type { PlannerSubgraphs } from './twins.ts';

/**
 * The supergraph with the subgraphs that have an @interfaceObject named last. router-query-planner 0.0.38 goes by the order
 * of names: where the first subgraph of an interface has it as an @interfaceObject, it finds no way to what only an
 * implementing type has.
 */
export function interfaceObjectsLast(supergraph: DocumentNode, subgraphs: PlannerSubgraphs): DocumentNode {
  const last = graphsIn(
    supergraph.definitions
      .filter(hasFields)
      .flatMap(({ directives = [] }) => directives)
      .filter((directive) => isSet(directive, 'isInterfaceObject', true)),
  );
  const renamed = new Set<string>();
  const named = visit(supergraph, {
    EnumValueDefinition: (node) =>
      last.has(node.name.value)
        ? withSubgraphName(node, (name) => {
            renamed.add(name);
            return subgraphs.renameToLast(name);
          })
        : undefined,
  });
  return visit(named, {
    // @override speaks of a subgraph by its name.
    Argument: (argument) =>
      argument.name.value === 'override' &&
      argument.value.kind === Kind.STRING &&
      renamed.has(argument.value.value)
        ? { ...argument, value: { ...argument.value, value: subgraphs.renameToLast(argument.value.value) } }
        : undefined,
  });
}
