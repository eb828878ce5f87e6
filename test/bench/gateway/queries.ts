/** The queries that every gateway gets. `fetches.ts` has a function for each. */
export const queries = {
  'one fetch': 'query ($branch: Int!) { users(branch: $branch) { id name username } }',
  'two hops':
    'query ($branch: Int!) { topProducts(branch: $branch, first: 3) { upc name reviews { id body } } }',
  heavy: `
    query Heavy($branch: Int!) {
      users(branch: $branch) {
        ...User
        reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } }
      }
      topProducts(branch: $branch) {
        ...Product
        reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
      }
    }
    fragment User on User { id username name }
    fragment Review on Review { id body }
    fragment Product on Product { inStock name price shippingEstimate upc weight }`,
} as const;

export type QueryName = keyof typeof queries;

/** What clients send in the benchmark: a query, and the codings that they take. */
export const requestKinds = {
  'one fetch': { query: 'one fetch', headers: {} },
  'two hops': { query: 'two hops', headers: {} },
  heavy: { query: 'heavy', headers: {} },
  // The header of today's browsers.
  'heavy, compressed': { query: 'heavy', headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } },
} as const satisfies Record<string, { readonly query: QueryName; readonly headers: Record<string, string> }>;

export type RequestKind = keyof typeof requestKinds;
