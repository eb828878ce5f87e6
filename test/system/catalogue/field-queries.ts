/** Generates a query for each field of a schema. It reaches the field by the shortest way. */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

interface Step {
  /** The field in the form `Type.field`. */
  readonly coordinate: string;
  readonly parentType: string;
  /** The name of the object, interface or union that the field returns. It is null for a leaf. */
  readonly objectType: string | null;
}

export interface FieldQuery {
  /** The fields from the root down to the queried field. */
  readonly path: readonly Step[];
  /** A valid document: the selection in braces, after the keyword `mutation` for mutations. */
  readonly query: string;
}

/** A way to a type: the fields that lead to it, and the text around a selection of the type. */
interface Way {
  readonly path: readonly Step[];
  wrap(selection: string): string;
}

/**
 * One query for each field that can be reached from the query type; or, for mutations, one query for each field of the
 * mutation type.
 *
 * For `type Query { me: Patron } type Patron { id: ID }` the queries are `{ me { __typename } }` and `{ me { id } }`.
 */
export function fieldQueries(
  schema: GraphQLSchema,
  operation: 'query' | 'mutation' = 'query',
): readonly FieldQuery[] {
  const root = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (root == null) {
    throw new Error(`the schema has no ${operation} type`);
  }
  const keyword = operation === 'query' ? '' : 'mutation ';
  const queries: FieldQuery[] = [];
  const ways = new Map<GraphQLNamedType, Way>([
    [root, { path: [], wrap: (selection) => `${keyword}{ ${selection} }` }],
  ]);
  // The loop adds to the map while it runs. The search is breadth-first, so each type is reached by its shortest way.
  for (const [type, way] of ways) {
    const fields = isUnionType(type) || !isCompositeType(type) ? [] : Object.values(type.getFields());
    for (const field of fields) {
      const target = getNamedType(field.type);
      const objectType = isLeafType(target) ? null : target.name;
      const step = { coordinate: `${type.name}.${field.name}`, parentType: type.name, objectType };
      const path = [...way.path, step];
      const wrap = (selection: string) => way.wrap(`${field.name}${argumentsOf(field)} { ${selection} }`);
      queries.push({
        path,
        query: objectType === null ? way.wrap(`${field.name}${argumentsOf(field)}`) : wrap('__typename'),
      });
      if (operation === 'query' && isCompositeType(target) && !ways.has(target)) {
        ways.set(target, { path, wrap });
        addPossibleTypes(target, { path, wrap }, schema, ways);
      }
    }
  }
  return queries;
}

function addPossibleTypes(
  type: GraphQLNamedType,
  { path, wrap }: Way,
  schema: GraphQLSchema,
  ways: Map<GraphQLNamedType, Way>,
): void {
  if (isObjectType(type) || !isCompositeType(type)) {
    return;
  }
  for (const possible of schema.getPossibleTypes(type)) {
    if (!ways.has(possible)) {
      ways.set(possible, { path, wrap: (selection) => wrap(`... on ${possible.name} { ${selection} }`) });
    }
  }
}

function argumentsOf({ args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${literalOf(type)}`);
  return required.length === 0 ? '' : `(${required.join(', ')})`;
}

function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) {
    return literalOf(type.ofType);
  }
  if (isListType(type)) {
    return '[]';
  }
  if (isEnumType(type)) {
    return type.getValues()[0]?.name ?? '';
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const set = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
    return `{ ${set.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  const literals: Readonly<Record<string, string>> = {
    Int: '1',
    Boolean: 'true',
    Date: '"2000-01-01"',
    DateTime: '"2000-01-01T00:00:00Z"',
  };
  return literals[type.name] ?? '"31852000000015"';
}
