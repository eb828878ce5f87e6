import { type DefinitionNode, type FieldDefinitionNode, Kind, parse, print } from 'graphql';

/**
 * The SDL of a subgraph, with a subscription for each of its own query fields, under the same name. So each event has the
 * answer of a query.
 *
 * Before: `type Query { book: Book @provides(fields: "title")  shared: Int @shareable }`.
 * After: the same, and `type Subscription { book: Book @provides(fields: "title") }`.
 */
export function withSubscriptions(sdl: string): string {
  const { definitions } = parse(sdl, { noLocation: true });
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  const queryName =
    schema?.operationTypes.find(({ operation }) => operation === 'query')?.type.name.value ?? 'Query';
  const fields = definitions.flatMap((definition) => ownFields(definition, queryName));
  if (fields.length === 0) {
    return sdl;
  }
  const text =
    schema === undefined ? sdl : sdl.replace(/\bschema \{/, 'schema { subscription: Subscription ');
  return `${text}\ntype Subscription {\n${fields.map(print).join('\n')}\n}`;
}

/** The fields that no other subgraph has: a subscription can't be shared. */
function ownFields(definition: DefinitionNode, type: string): readonly FieldDefinitionNode[] {
  return (definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    definition.name.value === type
    ? (definition.fields ?? []).filter(({ directives = [] }) =>
        directives.every(({ name }) => name.value === 'provides'),
      )
    : [];
}
