import type { DocumentNode } from 'graphql';
import { graphsIn, hasFields, subgraphNames } from './join.ts';

/** Whether a subgraph's own schema has a field of a type. */
export type HasField = (subgraph: string, type: string, field: string) => boolean;

/** Reads it of a supergraph as it was composed. */
export function ownFields(supergraph: DocumentNode): HasField {
  const names = subgraphNames(supergraph);
  const fields = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (hasFields(definition)) {
      const all = graphsIn(definition.directives);
      for (const { name, directives } of definition.fields ?? []) {
        const joins = graphsIn(directives);
        // A field of which nothing is said is in every graph that has the type.
        for (const graph of joins.size > 0 ? joins : all) {
          fields.add(`${names.get(graph)} ${definition.name.value}.${name.value}`);
        }
      }
    }
  }
  return (subgraph, type, field) => fields.has(`${subgraph} ${type}.${field}`);
}
