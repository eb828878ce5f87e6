import {
  type GraphQLNamedType,
  GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/**
 * Returns the schema without its subscriptions, for a gateway that can't request them from any subgraph. Types that can be
 * reached only from subscriptions are removed, too, because clients can't select them.
 *
 * Before: `type Subscription { added: Added }  type Added { book: Book }  type Query { book: Book }`.
 * After: `type Query { book: Book }`, and the type `Book`.
 */
export function withoutSubscriptions(schema: GraphQLSchema): GraphQLSchema {
  const { subscription, types, ...config } = schema.toConfig();
  if (subscription == null) {
    return schema;
  }
  const subscribed = reachableFrom([subscription], schema);
  const others = [
    ...types.filter((type) => !subscribed.has(type)),
    ...[config.query, config.mutation].filter((type) => type != null),
    ...config.directives.flatMap(({ args }) => args.map(({ type }) => getNamedType(type))),
  ];
  const remaining = reachableFrom(others, schema);
  return new GraphQLSchema({ ...config, types: types.filter((type) => remaining.has(type)) });
}

function reachableFrom(
  roots: readonly GraphQLNamedType[],
  schema: GraphQLSchema,
): ReadonlySet<GraphQLNamedType> {
  const reached = new Set(roots);
  // A `for` loop over a set also visits the items that are added during the loop.
  for (const type of reached) {
    for (const next of neighboursOf(type, schema)) {
      reached.add(next);
    }
  }
  return reached;
}

function neighboursOf(type: GraphQLNamedType, schema: GraphQLSchema): readonly GraphQLNamedType[] {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const inputs = isInputObjectType(type) ? Object.values(type.getFields()) : [];
  return [
    ...[...fields, ...fields.flatMap(({ args }) => args), ...inputs].map((each) => getNamedType(each.type)),
    ...(isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []),
    ...(isAbstractType(type) ? schema.getPossibleTypes(type) : []),
    ...(isInterfaceType(type) ? schema.getImplementations(type).interfaces : []),
  ];
}
