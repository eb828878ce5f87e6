import { type FieldNode, type GraphQLArgument, type GraphQLField, valueFromAST } from 'graphql';
import type { CostExpression } from './cost-expression.ts';
import type { ListSize } from './directives.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A field has none of the slicing arguments or several, but `@listSize` requires one. Clients may see the message. */
export class SlicingArgumentsError extends Error {
  override readonly name = 'SlicingArgumentsError';
}

/**
 * The list size of the field at `coordinate`, by its `@listSize`: the largest slicing argument; if the client gives
 * none, the largest default value of these arguments; else `assumedSize`; else `fallback`. Evaluating the expression
 * throws a
 * `SlicingArgumentsError` if one argument is required and there is none or several.
 *
 * With `@listSize(slicingArguments: ["first", "last"])`: `loans(first: 5)` has 5 items, `loans(first: $n)` has `$n`,
 * and
 * `loans` and `loans(first: 5, last: 5)` are errors.
 */
export function sizeOf(
  { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
  coordinate: string,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  fallback: number,
): CostExpression {
  const slicers = slicingArguments.flatMap((path) => slicingArgument(path.split('.'), node, field));
  if (slicers.length === 0) {
    return assumedSize ?? fallback;
  }
  return (variables) => {
    const givenSizes = slicers.map(({ givenSize }) => givenSize(variables)).filter(isNumber);
    const sizes =
      givenSizes.length > 0 ? givenSizes : slicers.map(({ defaultSize }) => defaultSize).filter(isNumber);
    if (requireOneSlicingArgument && (givenSizes.length > 1 || sizes.length === 0)) {
      throw new SlicingArgumentsError(
        `\`${coordinate}\` takes exactly one of ${slicingArguments.join(', ')}.`,
      );
    }
    return sizes.length === 0 ? (assumedSize ?? fallback) : Math.max(0, ...sizes);
  };
}

interface SlicingArgument {
  /** The client's value. Not a number if there is none. */
  givenSize(variables: Variables): unknown;
  readonly defaultSize: unknown;
}

/** An empty list if the field has no such argument, because it may be `@inaccessible`. */
function slicingArgument(
  [name, ...path]: readonly string[],
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): SlicingArgument[] {
  const argument = field.args.find((candidate) => candidate.name === name);
  return argument === undefined
    ? []
    : [
        {
          givenSize: (variables) => valueAt(givenValue(argument, node, variables), path),
          defaultSize: valueAt(argument.defaultValue, path),
        },
      ];
}

function givenValue({ name, type }: GraphQLArgument, node: FieldNode, variables: Variables): unknown {
  const argument = node.arguments?.find((candidate) => candidate.name.value === name);
  return argument === undefined ? undefined : valueFromAST(argument.value, type, variables);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    value,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
