import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  valueFromAST,
} from 'graphql';
import type { CostExpression } from './cost-expression.ts';

/**
 * The cost of a field's arguments: the `@cost` weights of the arguments, of the fields of their input objects, and of
 * their types. An argument's own weight replaces the weight of its type.
 *
 * With `type Query { search(filter: Filter): [Item] }` and `input Filter { text: String @cost(weight: 5) }`,
 * `search(filter: { text: "a" })` costs 5 more than `search(filter: {})`.
 */
export function argumentsCost(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  coordinate: string,
  weights: ReadonlyMap<string, number>,
): CostExpression[] {
  if (weights.size === 0) {
    return [];
  }
  return field.args.flatMap(({ name, type }): CostExpression[] => {
    const argument = node.arguments?.find(({ name: { value } }) => value === name);
    const weight = weights.get(`${coordinate}(${name}:)`);
    return argument === undefined || !canHaveWeight(type, weight, weights, new Set())
      ? []
      : [(variables) => weightOf(valueFromAST(argument.value, type, variables), type, weight, weights)];
  });
}

/** Returns whether a value of this type can cost anything. Most types can't, and their values are never visited. */
function canHaveWeight(
  type: GraphQLInputType,
  weight: number | undefined,
  weights: ReadonlyMap<string, number>,
  visitedTypes: Set<string>,
): boolean {
  const named = getNamedType(type);
  if ((weight ?? weights.get(named.name) ?? 0) !== 0) {
    return true;
  }
  if (!isInputObjectType(named) || visitedTypes.has(named.name)) {
    return false;
  }
  visitedTypes.add(named.name);
  return Object.values(named.getFields()).some((field) =>
    canHaveWeight(field.type, weights.get(`${named.name}.${field.name}`), weights, visitedTypes),
  );
}

/** Returns the weight of a value: the sum over the items of a list, and 0 for null. */
function weightOf(
  value: unknown,
  type: GraphQLInputType,
  weight: number | undefined,
  weights: ReadonlyMap<string, number>,
): number {
  if (value === null || value === undefined) {
    return 0;
  }
  if (Array.isArray(value)) {
    return value.reduce<number>((total, item) => total + weightOf(item, type, weight, weights), 0);
  }
  const named = getNamedType(type);
  let total = weight ?? weights.get(named.name) ?? 0;
  if (isInputObjectType(named)) {
    for (const field of Object.values(named.getFields())) {
      const fieldValue: unknown = Reflect.get(Object(value), field.name);
      total += weightOf(fieldValue, field.type, weights.get(`${named.name}.${field.name}`), weights);
    }
  }
  return total;
}
