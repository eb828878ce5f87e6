/** What a supergraph says of its subgraphs: the directives of https://specs.apollo.dev/join, and what stands in them. */
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  specifiedScalarTypes,
  type TypeNode,
  visit,
} from 'graphql';

export type FieldsDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function hasFields(definition: DefinitionNode): definition is FieldsDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

export type FieldDirectives = readonly ConstDirectiveNode[];

/** The name of a type without its lists and `!`. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** A string or an enum value that is given for an argument. */
export function argumentOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** Whether a boolean is given for an argument, and is this one. */
export function isSet({ arguments: given = [] }: ConstDirectiveNode, name: string, to: boolean): boolean {
  return given.some(
    (argument) =>
      argument.name.value === name && argument.value.kind === Kind.BOOLEAN && argument.value.value === to,
  );
}

/** The graphs that directives speak of, as the values of `join__Graph` are called. */
export function graphsIn(directives: readonly ConstDirectiveNode[] = []): ReadonlySet<string> {
  return new Set(directives.flatMap((directive) => argumentOf(directive, 'graph') ?? []));
}

/** A directive of a type or a field, of a graph. */
export function joinOf(
  name: 'join__type' | 'join__field',
  graph: string,
  { key, external }: { readonly key?: string; readonly external?: boolean } = {},
): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: [
      argument('graph', { kind: Kind.ENUM, value: graph }),
      ...(key === undefined ? [] : [argument('key', { kind: Kind.STRING, value: key })]),
      ...(external === undefined ? [] : [argument('external', { kind: Kind.BOOLEAN, value: external })]),
    ],
  };
}

export function argument(name: string, value: ConstValueNode): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}

/** A field's directives, those of graphs among them: where nothing is said of it, it is in every graph that has the type. */
export function directivesWithJoins(
  type: FieldsDefinition,
  { directives = [] }: FieldDefinitionNode,
): readonly ConstDirectiveNode[] {
  return directives.some(({ name }) => name.value === 'join__field')
    ? directives
    : [...directives, ...[...graphsIn(type.directives)].map((graph) => joinOf('join__field', graph))];
}

/** The names of subgraphs, by the values of `join__Graph`. */
export function subgraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
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
  return names;
}

/** The graphs where a field of the type requires something. */
export function requiringGraphs({ fields = [] }: FieldsDefinition): ReadonlySet<string> {
  return graphsIn(
    fields
      .flatMap(({ directives = [] }) => directives)
      .filter((directive) => argumentOf(directive, 'requires') !== undefined),
  );
}

/** What is selected by the text of a `key`, `requires` or `provides`. */
export function fieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error(`"${text}" is no set of fields`);
  }
  return definition.selectionSet;
}

/** The fields at the top of the text of a `key`. */
export function topFields(key: string): readonly string[] {
  return fieldSet(key).selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? selection.name.value : [],
  );
}

/** A value of `join__Graph` whose subgraph goes by another name. */
export function withSubgraphName(
  graph: EnumValueDefinitionNode,
  rename: (name: string) => string,
): EnumValueDefinitionNode {
  return visit(graph, {
    Argument: (argument) =>
      argument.name.value === 'name' && argument.value.kind === Kind.STRING
        ? { ...argument, value: { ...argument.value, value: rename(argument.value.value) } }
        : undefined,
  });
}

/** The root types, by operation. */
export function rootsOf({ definitions }: DocumentNode): ReadonlyMap<OperationTypeNode, string> {
  const named = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION
      ? definition.operationTypes.map(({ operation, type }) => [operation, type.name.value] as const)
      : [],
  );
  return new Map([[OperationTypeNode.QUERY, 'Query'], [OperationTypeNode.MUTATION, 'Mutation'], ...named]);
}

/** The names of scalars and enums. */
export function leafTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set([
    ...specifiedScalarTypes.map(({ name }) => name),
    ...definitions.flatMap((definition) =>
      definition.kind === Kind.SCALAR_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_DEFINITION
        ? definition.name.value
        : [],
    ),
  ]);
}
