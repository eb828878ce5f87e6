import { type DocumentNode, Kind, type StringValueNode, visit } from 'graphql';

/**
 * Copies descriptions from interfaces to the fields of their types. GraphQL doesn't inherit descriptions, and clients
 * see the descriptions of the implementing type. A field with a description of its own keeps it.
 *
 * @example
 * // interface Credential { "When it was issued." issuedOn: Date }
 * // type LibraryCard implements Credential { issuedOn: Date }
 * // becomes
 * // type LibraryCard implements Credential { "When it was issued." issuedOn: Date }
 */
export function inheritDescriptions(schema: DocumentNode): DocumentNode {
  const described = new Map<string, StringValueNode>();
  for (const definition of schema.definitions) {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const { name, description } of definition.fields ?? []) {
        if (description !== undefined) {
          described.set(`${definition.name.value}.${name.value}`, description);
        }
      }
    }
  }
  return visit(schema, {
    ObjectTypeDefinition: ({ interfaces = [], fields = [], ...type }) => ({
      ...type,
      interfaces,
      fields: fields.map((field) => {
        const [inherited] = interfaces.flatMap(
          ({ name }) => described.get(`${name.value}.${field.name.value}`) ?? [],
        );
        return field.description === undefined && inherited !== undefined
          ? { ...field, description: inherited }
          : field;
      }),
    }),
  });
}
