import { type DocumentNode, Kind } from 'graphql';
import { argumentOf, graphsIn, hasFields } from './join.ts';

/** Whether a subgraph's own schema has a field of a type. */
export type HasField = (subgraph: string, type: string, field: string) => boolean;

/** Reads it of a supergraph as it was composed. */
export function ownFields({ definitions }: DocumentNode): HasField {
  const names = new Map<string, string>();
  const fields = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') {
      for (const { name, directives = [] } of definition.values ?? []) {
        const [subgraph = name.value] = directives.flatMap(
          (directive) => argumentOf(directive, 'name') ?? [],
        );
        names.set(name.value, subgraph);
      }
    }
  }
  for (const definition of definitions) {
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
