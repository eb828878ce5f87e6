/** The queries that every gateway gets. `hand-written.ts` has a handler for each. */
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
