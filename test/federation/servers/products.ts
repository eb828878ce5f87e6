/** A subgraph on GraphQL Yoga, with Apollo's library for Federation. */
import { createServer, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';

const products = [
  { id: 'p1', name: 'Atlas', price: 30 },
  { id: 'p2', name: 'Globe', price: 80 },
];
const find = ({ id }: { readonly id: string }) => products.find((product) => product.id === id) ?? null;

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { products: [Product!]!  product(id: ID!): Product  tenant: String }
  type Mutation { renameProduct(id: ID!, name: String!): Product }
  type Product @key(fields: "id") { id: ID!  name: String!  price: Int }`);

interface Context {
  readonly request: Request;
}

const resolvers = {
  Query: {
    products: () => products,
    product: (_: unknown, key: { readonly id: string }) => find(key),
    tenant: (_: unknown, _arguments: unknown, { request }: Context) => request.headers.get('x-tenant'),
  },
  Mutation: {
    renameProduct: (_: unknown, { id, name }: { readonly id: string; readonly name: string }) => ({
      ...find({ id }),
      name,
    }),
  },
  Product: { __resolveReference: find },
};

export function createProducts(): Server {
  const yoga = createYoga({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]), logging: false });
  return createServer((request, response) => void yoga(request, response));
}
