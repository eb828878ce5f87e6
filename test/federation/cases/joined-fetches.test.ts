/**
 * Lookups in one subgraph are joined into one request, unless another fetch would then have to wait longer
 * (`gateway/planner/fetches/schedule.ts`).
 */
import { expect, test } from 'vitest';
import { createWorld, link } from '../support/subgraphs.ts';

const products = ['p1', 'p2', 'p3'].map((upc, n) => ({
  __typename: 'Product',
  upc,
  price: n,
  weight: 2 * n,
}));
const reviews = products.map((product, n) => ({ id: `r${n}`, product }));
const find = ({ upc }: { upc: string }) => products.find((product) => product.upc === upc) ?? null;

/** A plan asks *inventory* first about the top products, and later about the products of their reviews. */
const world = createWorld({
  products: {
    sdl: `${link}
      type Query { top: [Product!] }
      type Product @key(fields: "upc") { upc: ID! price: Int weight: Int }`,
    resolvers: { Query: { top: () => products.slice(0, 2) }, Product: { __resolveReference: find } },
  },
  reviews: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! reviews: [Review!] }
      type Review { id: ID! product: Product }`,
    resolvers: { Product: { __resolveReference: (product: object) => ({ ...product, reviews }) } },
  },
  inventory: {
    sdl: `${link}
      type Product @key(fields: "upc") {
        upc: ID! price: Int @external weight: Int @external stock: Int
        shipping: Int @requires(fields: "price weight")
      }`,
    resolvers: {
      Product: {
        __resolveReference: ({ upc, price, weight }: { upc: string; price: number; weight: number }) => ({
          upc,
          stock: Number(upc.slice(1)),
          shipping: price + weight,
        }),
      },
    },
  },
  orders: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! stock: Int @external order: Int @requires(fields: "stock") }`,
    resolvers: {
      Product: {
        __resolveReference: ({ upc, stock }: { upc: string; stock: number }) => ({ upc, order: 10 - stock }),
      },
    },
  },
});

const requestsTo = (subgraph: string) => world.requests.filter((request) => request.subgraph === subgraph);

test('a subgraph is asked once for the same fields of some entities and of later ones', async () => {
  const answer = await world.ask('{ top { upc stock shipping reviews { product { upc shipping stock } } } }');
  const withStock = (n: number) => ({ upc: `p${n + 1}`, stock: n + 1, shipping: 3 * n });
  const named = [0, 1, 2].map((n) => ({ product: withStock(n) }));
  expect(answer).toEqual({
    data: { top: [0, 1].map((n) => ({ ...withStock(n), reviews: named })) },
  });
  const requests = requestsTo('inventory');
  expect(requests).toHaveLength(1);
  // Each product is sent once, even if it has several reviews.
  expect(Object.values(requests[0]?.variables ?? {})).toEqual([
    [0, 1, 2].map((n) => ({ __typename: 'Product', upc: `p${n + 1}`, price: n, weight: 2 * n })),
  ]);
});

test('fetches are not joined if a fetch in between requires the fields of the first', async () => {
  const answer = await world.ask('{ top { stock order reviews { product { stock } } } }');
  const named = [1, 2, 3].map((stock) => ({ product: { stock } }));
  expect(answer).toEqual({
    data: { top: [1, 2].map((stock) => ({ stock, order: 10 - stock, reviews: named })) },
  });
});

test('fetches of different fields are one request with two lookups', async () => {
  const answer = await world.ask('{ top { stock reviews { product { shipping } } } }');
  const named = [0, 1, 2].map((n) => ({ product: { shipping: 3 * n } }));
  expect(answer).toEqual({ data: { top: [1, 2].map((stock) => ({ stock, reviews: named })) } });
  const [request, ...others] = requestsTo('inventory');
  expect(Object.values(request?.variables ?? {}).map((value) => (value as unknown[]).length)).toEqual([2, 3]);
  expect(others).toEqual([]);
});
