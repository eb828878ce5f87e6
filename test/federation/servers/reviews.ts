/** A subgraph on Mercurius, with its plugin for Federation. */
import { mercuriusFederationPlugin } from '@mercuriusjs/federation';
import Fastify, { type FastifyInstance } from 'fastify';

const reviews = [
  { id: 'r1', stars: 5, text: 'Accurate', product: { id: 'p1' } },
  { id: 'r2', stars: 2, text: 'Heavy', product: { id: 'p1' } },
  { id: 'r3', stars: 4, text: 'Round', product: { id: 'p2' } },
];

const schema = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external"])
  type Query { latestReview: Review }
  type Review @key(fields: "id") { id: ID!  stars: Int!  text: String!  product: Product! }
  type Product @key(fields: "id") { id: ID!  reviews: [Review!]! }`;

const resolvers = {
  Query: { latestReview: () => reviews.at(-1) ?? null },
  Review: {
    __resolveReference: ({ id }: { readonly id: string }) => reviews.find((review) => review.id === id),
  },
  Product: {
    reviews: ({ id }: { readonly id: string }) => reviews.filter(({ product }) => product.id === id),
  },
};

export function createReviews(): FastifyInstance {
  const app = Fastify();
  app.register(mercuriusFederationPlugin, { schema, resolvers });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=60');
  });
  return app;
}
