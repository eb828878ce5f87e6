import type { GraphQLResolveInfo, ValueNode } from 'graphql';

/**
 * The value of a field with `@plus(n: …)`: a number, plus each different `n` that the field's selections have. A value
 * that is not a number stays as it is.
 */
export function plusDirectives(value: unknown, { fieldNodes, variableValues }: GraphQLResolveInfo): unknown {
  if (typeof value !== 'number') {
    return value;
  }
  const added = fieldNodes
    .flatMap(({ directives = [] }) => directives)
    .filter(({ name }) => name.value === 'plus')
    .flatMap(({ arguments: args = [] }) => args.map((argument) => numberOf(argument.value, variableValues)));
  return [...new Set(added)].reduce((sum, each) => sum + each, value);
}

function numberOf(value: ValueNode, variables: Readonly<Record<string, unknown>>): number {
  return Number(value.kind === 'Variable' ? variables[value.name.value] : 'value' in value ? value.value : 0);
}
