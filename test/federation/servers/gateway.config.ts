import type { GatewayConfiguration } from '../../../gateway/configuration/types.ts';

const { PRODUCTS, REVIEWS, STOCK } = process.env;

export default {
  supergraph: process.env.SUPERGRAPH ?? 'supergraph.graphql',
  all: { timeoutMs: 5_000, retries: 2, circuitBreaker: { failures: 5, openMs: 1_000 } },
  subgraphs: {
    products: {
      url: PRODUCTS ?? 'http://127.0.0.1:4101/graphql',
      headers: { request: [{ propagate: 'x-tenant' }] },
    },
    reviews: { url: REVIEWS ?? 'http://127.0.0.1:4102/graphql', shareInFlight: true },
    stock: { url: STOCK ?? 'http://127.0.0.1:4103/graphql' },
  },
} satisfies GatewayConfiguration;
