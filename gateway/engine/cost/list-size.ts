import { type FieldNode, type GraphQLArgument, type GraphQLField, valueFromAST } from 'graphql';
import { type CostExpression, largest } from './cost-expression.ts';
import type { ListSize } from './directives.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Thrown if `@listSize` requires exactly one slicing argument, but a field has none or several. Clients may see the
 * message.
 */
export class SlicingArgumentsError extends Error {
  override readonly name = 'SlicingArgumentsError';
}

/**
 * Returns the list size of the field at `coordinate`. The first of these that exists is the size:
 * 1. the largest slicing argument that the client gives;
 * 2. the largest default value of the slicing arguments;
 * 3. `assumedSize`;
 * 4. `fallback`.
 *
 * With `@listSize(slicingArguments: ["first", "last"])`: `loans(first: 5)` has 5 items, and `loans(first: $n)` has
 * `$n`. `loans` and `loans(first: 5, last: 5)` are errors.
 *
 * Evaluating the expression throws a `SlicingArgumentsError` if exactly one argument is required, but there is none or
 * several.
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
    return sizes.length === 0 ? (assumedSize ?? fallback) : largest(sizes);
  };
}

interface SlicingArgument {
  /** The client's value. It is not a number if the client gives none. */
  givenSize(variables: Variables): unknown;
  readonly defaultSize: unknown;
}

/** The slicing argument, as a list of one. Empty if the argument is hidden from clients (`@inaccessible`). */
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
