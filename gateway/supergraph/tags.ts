/** Reads tags on fields. Source: https://specs.apollo.dev/tag. */
import { type DocumentNode, type GraphQLSchema, isInterfaceType, isObjectType, Kind } from 'graphql';
import { readLinks } from './links.ts';

/**
 * Returns the fields of the API schema that have the tag, by `Type.field`. A tag on a type does not apply to its
 * fields. A field of an interface is included only if each implementing type has the tag on its own field, too. Clients
 * read the fields of implementing types.
 *
 * ```graphql
 * type Query { book: Book @tag(name: "public")  me: Patron }
 * interface Named { name: String @tag(name: "public") }
 * type Book implements Named { name: String @tag(name: "public") }
 * type Patron implements Named { name: String }
 * ```
 * Here `Query.book` and `Book.name` are tagged, and `Named.name` is not.
 */
export function readTaggedFields(
  supergraph: DocumentNode,
  schema: GraphQLSchema,
  tag: string,
): ReadonlySet<string> {
  const declared = declaredTags(supergraph, tag);
  const tagged = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) {
      continue;
    }
    const readTypes = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    for (const name of Object.keys(type.getFields())) {
      if (readTypes.every((readType) => declared.has(`${readType.name}.${name}`))) {
        tagged.add(`${type.name}.${name}`);
      }
    }
  }
  return tagged;
}

/** Returns the fields whose definition in the SDL has the tag, by `Type.field`. */
function declaredTags(supergraph: DocumentNode, tag: string): ReadonlySet<string> {
  const link = readLinks(supergraph).find(({ feature }) => feature === 'tag');
  const directiveName = link?.directiveName('tag') ?? 'tag';
  const declared = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    for (const { name, directives = [] } of definition.fields ?? []) {
      const hasTag = directives.some(
        (directive) =>
          directive.name.value === directiveName &&
          directive.arguments?.some(({ value }) => value.kind === Kind.STRING && value.value === tag),
      );
      if (hasTag) {
        declared.add(`${definition.name.value}.${name.value}`);
      }
    }
  }
  return declared;
}
