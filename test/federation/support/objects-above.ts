/** The objects on the way to a field, which one schema for all needs where a subgraph has a value from a context. */
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import type { DataObject } from '../supergraphs/supergraph.ts';

const objects = new WeakMap<GraphQLResolveInfo['path'], DataObject>();

/** The default resolver, which keeps each object for the fields below it. */
export const keepingObjects: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  objects.set(info.path, source as DataObject);
  return defaultFieldResolver(source, args, context, info);
};

/** The nearest object above the field's own that has the type. */
export function objectAbove({ path }: GraphQLResolveInfo, type: string): DataObject {
  for (let at = path.prev; at !== undefined; at = at.prev) {
    const object = at.typename === type ? objects.get(at) : undefined;
    if (object !== undefined) {
      return object;
    }
  }
  throw new Error(`there is no ${type} above`);
}
