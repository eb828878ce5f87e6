import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type StringValueNode,
  visit,
} from 'graphql';

/**
 * Copies descriptions from interfaces to the fields of their types. GraphQL doesn't inherit descriptions, and clients
 * see the descriptions of the implementing type. A field with a description of its own keeps it. The values of enums
 * such as `CheckOutReason` get the descriptions of `ProblemCode`.
 *
 * @example
 * // interface Credential { "When it was issued." issuedOn: Date }
 * // type LibraryCard implements Credential { issuedOn: Date }
 * // becomes
 * // type LibraryCard implements Credential { "When it was issued." issuedOn: Date }
 */
export function inheritDescriptions(schema: DocumentNode): DocumentNode {
  const described = descriptionsIn(schema.definitions);
  const inherit = <Node extends Described>(node: Node, types: readonly string[]): Node => {
    const [description] = types.flatMap((type) => described.get(`${type}.${node.name.value}`) ?? []);
    return node.description === undefined && description !== undefined ? { ...node, description } : node;
  };
  const ofInterfaces = ({ fields = [], interfaces = [], ...type }: Implementing) => ({
    ...type,
    interfaces,
    fields: fields.map((field) =>
      inherit(
        field,
        interfaces.map(({ name }) => name.value),
      ),
    ),
  });
  return visit(schema, {
    ObjectTypeDefinition: ofInterfaces,
    InterfaceTypeDefinition: ofInterfaces,
    EnumTypeDefinition: ({ values = [], ...type }) => ({
      ...type,
      values: values.map((value) =>
        inherit(value, type.name.value.endsWith('Reason') ? ['ProblemCode'] : []),
      ),
    }),
  });
}

interface Described {
  readonly name: { readonly value: string };
  readonly description?: StringValueNode;
}

interface Implementing {
  readonly fields?: readonly FieldDefinitionNode[];
  readonly interfaces?: readonly NamedTypeNode[];
}

/** The descriptions of the fields of interfaces, and of problem codes, by coordinate. */
function descriptionsIn(definitions: readonly DefinitionNode[]): ReadonlyMap<string, StringValueNode> {
  return new Map(
    definitions.filter(isSource).flatMap((type) => {
      const described: readonly Described[] =
        (type.kind === Kind.ENUM_TYPE_DEFINITION ? type.values : type.fields) ?? [];
      return described.flatMap(({ name, description }) =>
        description === undefined ? [] : [[`${type.name.value}.${name.value}`, description] as const],
      );
    }),
  );
}

const isSource = (node: DefinitionNode): node is InterfaceTypeDefinitionNode | EnumTypeDefinitionNode =>
  node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
  (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'ProblemCode');
