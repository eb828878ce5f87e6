import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  valueFromAST,
} from 'graphql';
import type { CostExpression } from './cost-expression.ts';

/** What `@cost` on arguments, on fields of inputs and on the types of either adds to a field. */
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
    const given = node.arguments?.find((argument) => argument.name.value === name);
    const weight = weights.get(`${coordinate}(${name}:)`);
    return given === undefined || !mayWeigh(type, weight, weights, new Set())
      ? []
      : [(variables) => weightOf(valueFromAST(given.value, type, variables), type, weight, weights)];
  });
}

/** Whether a value of this type can cost anything: most can't, and aren't looked at. */
function mayWeigh(
  type: GraphQLInputType,
  weight: number | undefined,
  weights: ReadonlyMap<string, number>,
  seen: Set<string>,
): boolean {
  const named = getNamedType(type);
  if ((weight ?? weights.get(named.name) ?? 0) !== 0) {
    return true;
  }
  if (!isInputObjectType(named) || seen.has(named.name)) {
    return false;
  }
  seen.add(named.name);
  return Object.values(named.getFields()).some((field) =>
    mayWeigh(field.type, weights.get(`${named.name}.${field.name}`), weights, seen),
  );
}

/** Each item of a list weighs; a null does not. */
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
      const inner: unknown = Reflect.get(Object(value), field.name);
      total += weightOf(inner, field.type, weights.get(`${named.name}.${field.name}`), weights);
    }
  }
  return total;
}
