import type { DocumentNode } from 'graphql';
import { argumentOf, type FieldsDefinition, hasFields, isSet, requiringGraphs } from './join.ts';
import { type PlannerSubgraphs, withTwins } from './twins.ts';

/**
 * Moves fields that require something, of an entity that their subgraph knows by several keys, to twins of the subgraph that
 * know the entity by one of them each. router-query-planner 0.0.38 goes by the last key alone, whatever key is at hand: it
 * panics where that one is not, and the process ends with it.
 */
export function keysApart(supergraph: DocumentNode, subgraphs: PlannerSubgraphs): DocumentNode {
  const counts = new Map<string, number>();
  for (const type of supergraph.definitions.filter(hasFields)) {
    for (const graph of requiringGraphs(type)) {
      counts.set(graph, Math.max(counts.get(graph) ?? 0, keysOf(type, graph).length));
    }
  }
  for (const [graph, count] of counts) {
    if (count < 2) {
      counts.delete(graph);
    }
  }
  if (counts.size === 0) {
    return supergraph;
  }
  const twinsOf = (graph: string) => Array.from({ length: counts.get(graph) ?? 0 }, (_, at) => `BY_${at}`);
  const apart = new Map(
    supergraph.definitions
      .filter(hasFields)
      .map((type) => [
        type.name.value,
        new Set([...requiringGraphs(type)].filter((graph) => keysOf(type, graph).length > 1)),
      ]),
  );
  return withTwins(supergraph, subgraphs, {
    of: twinsOf,
    typeDirectives: (type, directive) => {
      const graph = argumentOf(directive, 'graph') ?? '';
      const key = argumentOf(directive, 'key');
      if (key === undefined || !apart.get(type.name.value)?.has(graph)) {
        return undefined;
      }
      const keys = keysOf(type, graph);
      const ofKey = twinsOf(graph).filter((_, at) => keys[Math.min(at, keys.length - 1)] === key);
      return [directive, ...ofKey.map((twin) => subgraphs.ofTwin(directive, twin))];
    },
    fieldDirectives: (type, directive) => {
      const graph = argumentOf(directive, 'graph') ?? '';
      return apart.get(type.name.value)?.has(graph) && argumentOf(directive, 'requires') !== undefined
        ? twinsOf(graph).map((twin) => subgraphs.ofTwin(directive, twin))
        : undefined;
    },
  });
}

/** The keys that a graph can look the entity up by. */
function keysOf({ directives = [] }: FieldsDefinition, graph: string): readonly string[] {
  return directives
    .filter((directive) => argumentOf(directive, 'graph') === graph && !isSet(directive, 'resolvable', false))
    .flatMap((directive) => argumentOf(directive, 'key') ?? []);
}
