import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from 'graphql';
import {
  argumentOf,
  directivesWithJoins,
  type FieldsDefinition,
  hasFields,
  joinOf,
  leafTypes,
  namedType,
  requiringGraphs,
  topFields,
} from './join.ts';
import { type PlannerSubgraphs, withTwins } from './twins.ts';

/** Of those fields that are of objects, and of those that are not: the ones lead on to the others. */
const twins = ['OBJECTS', 'LEAVES'] as const;

/**
 * The supergraph with the fields that require something moved to two twins of their subgraphs, in which their entity has
 * nothing else to give: so there is mostly no way on within a twin. Where there is one, router-query-planner 0.0.38 goes on
 * to a further entity, and does not find back to what that one requires: "Path … cannot be found in selection set". None
 * where nothing is required.
 */
export function requiringApart(
  supergraph: DocumentNode,
  subgraphs: PlannerSubgraphs,
): readonly DocumentNode[] {
  const graphs = new Set(
    supergraph.definitions.filter(hasFields).flatMap((type) => [...requiringGraphs(type)]),
  );
  if (graphs.size === 0) {
    return [];
  }
  const leaves = leafTypes(supergraph);
  const explicit = { ...supergraph, definitions: supergraph.definitions.map(withJoins) };
  const apart = withTwins(explicit, subgraphs, {
    of: (graph) => (graphs.has(graph) ? twins : []),
    fieldDirectives: (type, directive, field) => {
      const graph = argumentOf(directive, 'graph') ?? '';
      if (!requiringGraphs(type).has(graph)) {
        return undefined;
      }
      return argumentOf(directive, 'requires') === undefined
        ? [
            directive,
            ...twins.map((twin) => known(type, subgraphs.twinGraph(graph, twin), graph, field.name.value)),
          ]
        : [subgraphs.ofTwin(directive, leaves.has(namedType(field.type)) ? 'LEAVES' : 'OBJECTS')];
    },
  });
  return [apart];
}

function withJoins(type: DefinitionNode): DefinitionNode {
  if (!hasFields(type) || requiringGraphs(type).size === 0) {
    return type;
  }
  const fields = (type.fields ?? []).map((field) => ({
    ...field,
    directives: directivesWithJoins(type, field),
  }));
  return { ...type, fields };
}

/** A field as a twin has it: to know the entity by, or to be sent for what requires it. */
function known(
  { directives = [] }: FieldsDefinition,
  twin: string,
  graph: string,
  field: string,
): ConstDirectiveNode {
  const keys = directives
    .filter((directive) => argumentOf(directive, 'graph') === graph)
    .flatMap((directive) => argumentOf(directive, 'key') ?? []);
  const isOfKey = keys.some((key) => topFields(key).includes(field));
  return joinOf('join__field', twin, isOfKey ? {} : { external: true });
}
