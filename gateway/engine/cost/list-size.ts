import { type FieldNode, type GraphQLArgument, type GraphQLField, valueFromAST } from 'graphql';
import type { CostExpression } from './cost-expression.ts';
import type { ListSize } from './directives.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A field has no slicing argument, or several, where `@listSize` requires one. The message may be sent to clients. */
export class SlicingArgumentsError extends Error {
  override readonly name = 'SlicingArgumentsError';
}

/**
 * The list size of the field at `coordinate`, by its `@listSize`: the largest slicing argument; the default values of the
 * arguments where the client gives none; else `assumedSize`; else `fallback`. Evaluating the expression throws a
 * `SlicingArgumentsError` where one argument is required and there is none or several.
 *
 * With `@listSize(slicingArguments: ["first", "last"])`: `loans(first: 5)` has 5 items, `loans(first: $n)` has `$n`, and
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
  /** What the client gives; not a number where it gives nothing. */
  givenSize(variables: Variables): unknown;
  readonly defaultSize: unknown;
}

/** An empty list where the field has no such argument: it may be `@inaccessible`. */
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
