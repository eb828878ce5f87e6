/**
 * Remembers the objects on the way to a field. A schema without federation needs them where a subgraph gets a value
 * from a context.
 */
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import type { DataObject } from '../supergraphs/supergraph.ts';

const objects = new WeakMap<GraphQLResolveInfo['path'], DataObject>();

/** The default resolver. It also remembers each object for the fields below it. */
export const keepingObjects: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  objects.set(info.path, source as DataObject);
  return defaultFieldResolver(source, args, context, info);
};

/** The nearest object of the type above the object with the field. */
export function objectAbove({ path }: GraphQLResolveInfo, type: string): DataObject {
  for (let at = path.prev; at !== undefined; at = at.prev) {
    const object = at.typename === type ? objects.get(at) : undefined;
    if (object !== undefined) {
      return object;
    }
  }
  throw new Error(`there is no ${type} above`);
}
