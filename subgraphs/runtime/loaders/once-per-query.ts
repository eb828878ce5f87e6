/**
 * Identifies a client's query within this process: an object that the gateway passes with each request that it makes for
 * the query. Null if the gateway is another process, or if the client's operation changes something. An id that a client
 * may send is never used, because two queries could have the same one.
 */
export type ClientQuery = object | null;

/**
 * Returns a function that creates loaders once for a client's query, and returns the same ones to all subgraphs of this
 * process. Without a query, it creates new ones at each call. The arguments are those of the first call: all requests of
 * a query have the same caller, class and signal.
 *
 * Example: a query asks for a patron's name and for whether the patron may borrow. *patrons* and *circulation* then read
 * the registry's record once, in one process, and twice in two.
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
