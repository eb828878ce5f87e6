/**
 * Restores the SDL of each subgraph from the join directives of a supergraph. Fixtures of other projects often have
 * only the supergraph.
 *
 * Before: `type Book @join__type(graph: A, key: "id") { id: ID! @join__field(graph: A) }`.
 * After: for the subgraph of the graph `A`, `type Book @key(fields: "id") { id: ID! }`.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  print,
  type TypeDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';

type Join = Readonly<Record<string, unknown>>;
type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

/** The SDLs by the subgraphs' names. */
export function subgraphSdls(supergraph: DocumentNode): Readonly<Record<string, string>> {
  const types = supergraph.definitions.filter(isTypeDefinitionNode);
  return Object.fromEntries(
    [...graphsOf(types)].map(([graph, name]) => {
      const written = types.flatMap((type) => writeType(type, graph) ?? []);
      return [name, [schemaOf(supergraph.definitions, written), ...written].join('\n')];
    }),
  );
}

/** The names of the subgraphs, by the values of `join__Graph`. */
function graphsOf(types: readonly TypeDefinitionNode[]): ReadonlyMap<string, string> {
  const graphs = types.find(({ name }) => name.value === 'join__Graph');
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map((value) => [value.name.value, String(joinsOf(value, 'join__graph')[0]?.name ?? '')]),
  );
}

/** The root types that the subgraph has. */
function schemaOf(definitions: readonly DefinitionNode[], written: readonly string[]): string {
  const schema = definitions.find(({ kind }) => kind === Kind.SCHEMA_DEFINITION);
  const roots = schema?.kind === Kind.SCHEMA_DEFINITION ? schema.operationTypes : [];
  const own = roots.filter(({ type }) => written.some((text) => text.startsWith(`type ${type.name.value} `)));
  return own.length === 0 ? '' : `schema { ${own.map((root) => print(root)).join(' ')} }`;
}

/** The arguments of the directives of this name. */
function joinsOf({ directives = [] }: Directed, name: string): readonly Join[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: args = [] }) =>
      Object.fromEntries(args.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)])),
    );
}

function writeType(type: TypeDefinitionNode, graph: string): string | undefined {
  const joins = joinsOf(type, 'join__type').filter((join) => join.graph === graph);
  if (joins.length === 0) {
    return undefined;
  }
  const name = type.name.value;
  switch (type.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return `scalar ${name}`;
    case Kind.ENUM_TYPE_DEFINITION:
      return `enum ${name} { ${(type.values ?? [])
        .filter((value) => isIn(value, 'join__enumValue', graph))
        .map((value) => value.name.value)
        .join(' ')} }`;
    case Kind.UNION_TYPE_DEFINITION:
      return `union ${name} = ${membersOf(type, graph).join(' | ')}`;
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return `input ${name} { ${fieldsOf(type.fields ?? [], graph).join('\n')} }`;
    default: {
      const isInterfaceObject = joins.some((join) => join.isInterfaceObject === true);
      const keyword =
        type.kind === Kind.INTERFACE_TYPE_DEFINITION && !isInterfaceObject ? 'interface' : 'type';
      const interfaces = joinsOf(type, 'join__implements').filter((join) => join.graph === graph);
      const implemented =
        interfaces.length === 0 || isInterfaceObject
          ? ''
          : `implements ${interfaces.map((join) => join.interface).join(' & ')} `;
      const directives = [
        ...joins.flatMap(({ key, resolvable }) => (key === undefined ? [] : keyOf(key, resolvable))),
        ...(isInterfaceObject ? ['@interfaceObject'] : []),
      ];
      const fields = fieldsOf(type.fields ?? [], graph);
      return `${keyword} ${name} ${implemented}${directives.join(' ')}${fields.length === 0 ? '' : ` { ${fields.join('\n')} }`}`;
    }
  }
}

function keyOf(key: unknown, resolvable: unknown): string {
  return `@key(fields: ${JSON.stringify(key)}${resolvable === false ? ', resolvable: false' : ''})`;
}

/** Whether a part of a type is in the subgraph. A part without any `directive` is in all subgraphs of the type. */
function isIn(part: Directed, directive: string, graph: string): boolean {
  const joins = joinsOf(part, directive);
  return joins.length === 0 || joins.some((join) => join.graph === graph);
}

function membersOf(
  union: Extract<TypeDefinitionNode, { kind: Kind.UNION_TYPE_DEFINITION }>,
  graph: string,
): readonly unknown[] {
  const joins = joinsOf(union, 'join__unionMember');
  return joins.length === 0
    ? (union.types ?? []).map(({ name }) => name.value)
    : joins.filter((join) => join.graph === graph).map(({ member }) => member);
}

function fieldsOf(
  fields: readonly (FieldDefinitionNode | InputValueDefinitionNode)[],
  graph: string,
): readonly string[] {
  return fields.flatMap((field) => {
    const joins = joinsOf(field, 'join__field');
    const join = joins.length === 0 ? {} : joins.find((each) => each.graph === graph);
    if (join === undefined) {
      return [];
    }
    const args = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
    const { type = print(field.type), external, usedOverridden, requires, provides } = join;
    const defaultValue =
      field.kind === Kind.INPUT_VALUE_DEFINITION && field.defaultValue !== undefined
        ? ` = ${print(field.defaultValue)}`
        : '';
    const directives = [
      external === true || usedOverridden === true ? '@external' : '',
      requires === undefined ? '' : `@requires(fields: ${JSON.stringify(requires)})`,
      provides === undefined ? '' : `@provides(fields: ${JSON.stringify(provides)})`,
    ];
    const argumentList = args.length === 0 ? '' : `(${args.map(printArgument).join(', ')})`;
    return [`${field.name.value}${argumentList}: ${type}${defaultValue} ${directives.join(' ').trim()}`];
  });
}

/** Prints the argument without its directives, which the subgraph's SDL does not define. */
function printArgument({ name, type, defaultValue }: InputValueDefinitionNode): string {
  return `${name.value}: ${print(type)}${defaultValue === undefined ? '' : ` = ${print(defaultValue)}`}`;
}
