import { type FieldNode, type GraphQLArgument, type GraphQLField, valueFromAST } from 'graphql';
import type { CostExpression } from './cost-expression.ts';
import type { ListSize } from './directives.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A field's slicing arguments are not given as its `@listSize` wants. The message is fit for clients. */
export class SlicingArgumentsError extends Error {
  override readonly name = 'SlicingArgumentsError';
}

/**
 * The items that `@listSize` tells of, for the field at `coordinate`: the most that a slicing argument says, else the
 * assumed size, else `unknown`. Reckoning throws a `SlicingArgumentsError` where one argument is wanted and there are
 * none or several; a default counts where the client gives none.
 */
export function sizeOf(
  { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
  coordinate: string,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  unknown: number,
): CostExpression {
  const slicing = slicingArguments.flatMap((path) => slicingArgument(path.split('.'), node, field));
  if (slicing.length === 0) {
    return assumedSize ?? unknown;
  }
  return (variables) => {
    const given = slicing.map(({ given }) => given(variables)).filter(isNumber);
    const sizes = given.length > 0 ? given : slicing.map(({ byDefault }) => byDefault).filter(isNumber);
    if (requireOneSlicingArgument && (given.length > 1 || sizes.length === 0)) {
      throw new SlicingArgumentsError(
        `\`${coordinate}\` takes exactly one of ${slicingArguments.join(', ')}.`,
      );
    }
    return sizes.length === 0 ? (assumedSize ?? unknown) : Math.max(0, ...sizes);
  };
}

interface SlicingArgument {
  given(variables: Variables): unknown;
  readonly byDefault: unknown;
}

/** None where the field has no such argument: clients may not see it. */
function slicingArgument(
  [name, ...path]: readonly string[],
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): SlicingArgument[] {
  const argument = field.args.find((each) => each.name === name);
  return argument === undefined
    ? []
    : [
        {
          given: (variables) => valueAt(givenValue(argument, node, variables), path),
          byDefault: valueAt(argument.defaultValue, path),
        },
      ];
}

function givenValue({ name, type }: GraphQLArgument, node: FieldNode, variables: Variables): unknown {
  const given = node.arguments?.find((argument) => argument.name.value === name);
  return given === undefined ? undefined : valueFromAST(given.value, type, variables);
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
