/**
 * The graph with which gateways are measured: users, their reviews of products, and the cost of shipping. It has four
 * subgraphs with small rows. The heavy query goes back and forth between the subgraphs.
 */
import type { buildSubgraphSchema } from '@apollo/subgraph';

type Resolvers = Extract<
  Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>[number],
  { typeDefs: unknown }
>['resolvers'];

/** A subgraph: its SDL and its resolvers. */
export interface Subgraph {
  readonly sdl: string;
  readonly resolvers: NonNullable<Resolvers>;
}

interface User {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

interface Review {
  readonly id: string;
  readonly body: string;
  readonly author: { readonly id: string };
  readonly product: { readonly upc: string };
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/**
 * The numbers of the branches. Each branch has users, products and reviews of its own. Concurrent requests ask for
 * different branches, so that no gateway can answer two of them with one fetch.
 */
export const branches = range(24);
const usersEach = 6;
const productsEach = 8;
const reviewsEach = 24;

const users: User[] = branches.flatMap((branch) =>
  range(usersEach).map((n) => ({
    id: `u${branch}-${n}`,
    name: `Reader Number ${n}`,
    username: `@reader${n}`,
  })),
);
const products: Product[] = branches.flatMap((branch) =>
  range(productsEach).map((n) => ({
    upc: `p${branch}-${n}`,
    name: `Product Number ${n}`,
    price: 100 + n * 250 + branch,
    weight: 50 + n * 25,
    inStock: n % 3 !== 0,
  })),
);
const reviews: Review[] = branches.flatMap((branch) =>
  range(reviewsEach).map((n) => ({
    id: `r${branch}-${n}`,
    body: `What reader ${n % usersEach} has to say of it is not much.`,
    author: { id: `u${branch}-${n % usersEach}` },
    product: { upc: `p${branch}-${(n * 5) % productsEach}` },
  })),
);

/** Computes the cost of shipping from fields of another subgraph (`@requires`). */
function shippingEstimate({ price, weight }: Pick<Product, 'price' | 'weight'>): number {
  return price > 1000 ? 0 : Math.round(weight * 0.5);
}

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@external", "@requires"]
)`;

export const graph: Readonly<Record<string, Subgraph>> = {
  accounts: {
    sdl: `${link}
      type Query { users(branch: Int!): [User!] }
      type User @key(fields: "id") { id: ID! name: String username: String }`,
    resolvers: {
      Query: {
        users: (_: unknown, { branch }: { branch: number }) =>
          users.slice(branch * usersEach, (branch + 1) * usersEach),
      },
      User: { __resolveReference: ({ id }: User) => users.find((user) => user.id === id) ?? null },
    },
  },
  products: {
    sdl: `${link}
      type Query { topProducts(branch: Int!, first: Int! = 5): [Product!] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: {
        topProducts: (_: unknown, { branch, first }: { branch: number; first: number }) =>
          products.slice(branch * productsEach, branch * productsEach + Math.min(first, productsEach)),
      },
      Product: {
        __resolveReference: ({ upc }: Product) => products.find((product) => product.upc === upc) ?? null,
      },
    },
  },
  inventory: {
    sdl: `${link}
      type Product @key(fields: "upc") {
        upc: String! price: Int @external weight: Int @external
        inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
      }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Product) => ({
          ...reference,
          inStock: products.find(({ upc }) => upc === reference.upc)?.inStock,
        }),
        shippingEstimate,
      },
    },
  },
  reviews: {
    sdl: `${link}
      type Review { id: ID! body: String author: User product: Product }
      type User @key(fields: "id") { id: ID! reviews: [Review!] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review!] }`,
    resolvers: {
      User: { reviews: ({ id }: User) => reviews.filter(({ author }) => author.id === id) },
      Product: { reviews: ({ upc }: Product) => reviews.filter(({ product }) => product.upc === upc) },
    },
  },
};
