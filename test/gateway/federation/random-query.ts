import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isUnionType,
} from 'graphql';

/** A query over the schema, valid but where two fields don't merge, with the variables `$yes: Boolean!` and `$no: Boolean!`. */
export function randomQuery(
  schema: GraphQLSchema,
  random: () => number,
  { depth: deepest = 5, density = 0.55 }: { readonly depth?: number; readonly density?: number } = {},
): string {
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  // A response key stands for one field and one set of arguments, wherever in the document it is: so documents merge.
  const aliasOf = (field: string, args: string) =>
    args !== '' ? `${field}_${args.replace(/\W/g, '')}` : random() < 0.15 ? `x_${field}` : field;

  const select = (type: GraphQLCompositeType, depth: number): string => {
    const parts: string[] = [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    for (const field of fields.filter(() => random() < (depth > 3 ? density * 0.6 : density))) {
      const named = getNamedType(field.type);
      const unaskable = field.args.some(({ type }) => isRequiredInputObject(type));
      if (unaskable || (isCompositeType(named) && depth <= 0)) {
        continue;
      }
      const args = argumentsOf(field.args);
      const alias = aliasOf(field.name, args);
      const name = alias === field.name ? field.name : `${alias}: ${field.name}`;
      parts.push(`${name}${args}${condition()}${isCompositeType(named) ? select(named, depth - 1) : ''}`);
    }
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type).filter(() => random() < 0.6)) {
        parts.push(`... on ${possible.name}${condition()} ${select(possible, depth - 1)}`);
      }
    } else if (random() < 0.15 && !isUnionType(type)) {
      parts.push(`... ${condition()} ${select(type, depth - 1)}`);
    }
    if (random() < 0.2 || parts.length === 0) {
      parts.push(random() < 0.3 ? 'kindOfThing: __typename' : '__typename');
    }
    return `{ ${parts.join(' ')} }`;
  };
  const condition = () =>
    random() < 0.9
      ? ''
      : oneOf([' @skip(if: $no)', ' @include(if: $no)', ' @skip(if: $yes)', ' @include(if: true)']);
  const argumentsOf = (args: readonly GraphQLArgument[]): string => {
    const given = args.flatMap((argument) => {
      const type = getNamedType(argument.type);
      if (isInputObjectType(type) || (!isNonNullType(argument.type) && random() < 0.5)) {
        return [];
      }
      if (argument.defaultValue !== undefined && random() < 0.5) {
        return [];
      }
      const value = isEnumType(type)
        ? oneOf(type.getValues()).name
        : type.name === 'ID'
          ? `"${oneOf(['p1', 'p2', 'p9'])}"`
          : type.name === 'String'
            ? '"wal"'
            : String(Math.floor(random() * 6));
      return [`${argument.name}: ${value}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  };

  const root = schema.getQueryType();
  if (root == null) {
    throw new Error('the schema has no query type');
  }
  return `query Random($yes: Boolean!, $no: Boolean!) ${select(root, deepest)}`;
}

function isRequiredInputObject(type: GraphQLInputType): boolean {
  return isNonNullType(type) && isInputObjectType(getNamedType(type));
}
