import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isInputObjectType,
  valueFromAST,
} from 'graphql';
import type { CostExpression } from './cost-expression.ts';

/**
 * The cost of a field's arguments: the `@cost` weights of the arguments, of their types, and of the fields of input
 * objects. An argument's own weight replaces the weight of its type. Without `@cost`, an input object weighs 1 and
 * anything else 0.
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
  if (ownWeight(named, weight, weights) !== 0) {
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

/** Returns the weight of a value, without the values in it. */
function ownWeight(
  type: GraphQLNamedType,
  weight: number | undefined,
  weights: ReadonlyMap<string, number>,
): number {
  return weight ?? weights.get(type.name) ?? (isInputObjectType(type) ? 1 : 0);
}

/** Returns the weight of a value with all values in it. A list weighs as much as its items, and null weighs 0. */
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
  let total = ownWeight(named, weight, weights);
  if (isInputObjectType(named)) {
    for (const field of Object.values(named.getFields())) {
      const fieldValue: unknown = Reflect.get(Object(value), field.name);
      total += weightOf(fieldValue, field.type, weights.get(`${named.name}.${field.name}`), weights);
    }
  }
  return total;
}
