/**
 * Identifies a client's query within this process. It is an object that the gateway makes for the query, and passes
 * with each of the query's requests to subgraphs. Null if the gateway is another process, or if the client's operation
 * changes something. An id that a client sends is never used for this, because two queries could have the same id.
 */
export type ClientQuery = object | null;

/**
 * Returns a function that creates loaders once for a client's query, and returns the same loaders to all subgraphs of
 * this process. Without a query, it creates new loaders at each call. The arguments of the first call are used, because
 * all requests of a query have the same caller, class and signal.
 *
 * Example: a query selects a patron's name, and whether the patron may borrow. *patrons* and *circulation* both need
 * the registry's record. In one process they read it once, and in two processes twice.
 */
export function oncePerQuery<Arguments extends readonly unknown[], Loaders>(
  create: (...args: Arguments) => Loaders,
): (query: ClientQuery, ...args: Arguments) => Loaders {
  const created = new WeakMap<object, Loaders>();
  return (query, ...args) => {
    if (query === null) {
      return create(...args);
    }
    const known = created.get(query) ?? create(...args);
    created.set(query, known);
    return known;
  };
}
