import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from 'graphql';
import {
  argumentOf,
  directivesWithJoins,
  type FieldsDefinition,
  hasFields,
  joinOf,
  requiringGraphs,
  topFields,
} from './join.ts';
import { ofTwin, twinGraph, withTwins } from './twins.ts';

const twin = 'APART';

/**
 * The supergraph with the fields that require something moved to twins of their subgraphs, in which their entity has nothing
 * else to give: so there is no way on from it. Where there is one, router-query-planner 0.0.38 goes on within the subgraph
 * to a further entity, and does not find back to what that one requires: "Path … cannot be found in selection set". None
 * where nothing is required.
 */
export function requiringApart(supergraph: DocumentNode): readonly DocumentNode[] {
  const graphs = new Set(
    supergraph.definitions.filter(hasFields).flatMap((type) => [...requiringGraphs(type)]),
  );
  if (graphs.size === 0) {
    return [];
  }
  const explicit = { ...supergraph, definitions: supergraph.definitions.map(withJoins) };
  const apart = withTwins(explicit, {
    of: (graph) => (graphs.has(graph) ? [twin] : []),
    fieldDirectives: (type, directive, field) => {
      const graph = argumentOf(directive, 'graph') ?? '';
      if (!requiringGraphs(type).has(graph)) {
        return undefined;
      }
      return argumentOf(directive, 'requires') === undefined
        ? [directive, known(type, graph, field.name.value)]
        : [ofTwin(directive, twin)];
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
function known({ directives = [] }: FieldsDefinition, graph: string, field: string): ConstDirectiveNode {
  const keys = directives
    .filter((directive) => argumentOf(directive, 'graph') === graph)
    .flatMap((directive) => argumentOf(directive, 'key') ?? []);
  const isOfKey = keys.some((key) => topFields(key).includes(field));
  return joinOf('join__field', twinGraph(graph, twin), isOfKey ? {} : { external: true });
}
