import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  Kind,
  parseType,
  print,
  TypeInfo,
  type TypeNode,
  type VariableDefinitionNode,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { InventedNames } from '../../gateway/executor/index.ts';
import { literalPrefix } from '../../gateway/usage/recorded-text.ts';

/** For each scalar, the other scalars that also accept its literals. */
const widerScalars: Readonly<Record<string, readonly string[]>> = { Int: ['Float', 'ID'], String: ['ID'] };

/**
 * In a recorded operation, variables stand for literals. Gives each of these variables the type that the schema has at
 * its place, if that type accepts every literal of the recorded type. The result is valid if the client's operation is.
 *
 * Before: `query ($_literal: Int) { books(first: $_literal) { title } }`, and the schema has `books(first: Int!)`
 * After: `query ($_literal_1: Int!) { books(first: $_literal_1) { title } }`
 *
 * A literal that is used with different types becomes several variables.
 */
export function withLocationTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const recorded = new Map(definitionsIn(document).map(({ variable, type }) => [variable.name.value, type]));
  const names = new InventedNames((name) => recorded.has(name));
  const added = new Map<string, VariableDefinitionNode>();
  const kept = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  const replaced = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      [Kind.VARIABLE_DEFINITION]: () => false,
      [Kind.VARIABLE](node): VariableNode | undefined {
        const name = node.name.value;
        const type = recorded.get(name);
        const expected = typeInfo.getInputType();
        if (!name.startsWith(literalPrefix) || type === undefined || !expected || !takes(expected, type)) {
          kept.add(name);
          return undefined;
        }
        const value = names.choose(`${name} ${expected}`, name);
        const variable: VariableNode = { ...node, name: { ...node.name, value } };
        const locationType = parseType(String(expected), { noLocation: true });
        added.set(value, { kind: Kind.VARIABLE_DEFINITION, variable, type: locationType });
        return variable;
      },
    }),
  );
  return visit(replaced, {
    [Kind.OPERATION_DEFINITION]: ({ variableDefinitions = [], ...operation }) => ({
      ...operation,
      variableDefinitions: [
        ...variableDefinitions.filter(
          ({ variable: { name } }) => !name.value.startsWith(literalPrefix) || kept.has(name.value),
        ),
        ...added.values(),
      ],
    }),
  });
}

const definitionsIn = ({ definitions }: DocumentNode): readonly VariableDefinitionNode[] =>
  definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );

/**
 * Whether every literal of the type `type` is valid where the schema has the type `locationType`. A literal is never
 * null here, because variables don't replace null.
 */
function takes(locationType: GraphQLInputType, type: TypeNode): boolean {
  const [known, there] = [nameOf(type), String(getNullableType(locationType))];
  return known === there || widerScalars[known]?.includes(there) === true;
}

const nameOf = (type: TypeNode): string => print(type.kind === Kind.NON_NULL_TYPE ? type.type : type);
