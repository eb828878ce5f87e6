/**
 * A graph over six subgraphs, and the same data as one schema. Between them the subgraphs use what a federated graph can
 * be made of; the one schema is executed by graphql-js, which tells what is right.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import type { FetchSubgraph, SubgraphResponse } from '../../../gateway/executor/index.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject"
])`;

interface Record_ {
  readonly [field: string]: unknown;
}

/** Every object by its global id; `__typename` tells its type. A getter that throws stands for a field that fails. */
const rows: readonly Record_[] = [
  ...[1, 2, 3, 4].map((n) => ({
    __typename: 'Product',
    upc: `p${n}`,
    name: n === 4 ? null : `Product ${n}`,
    kind: ['TOOL', 'TOY', 'SECRET', 'TOOL'][n - 1],
    prices: { USD: n * 10, EUR: n * 9 },
    dims: { size: n, weight: n === 3 ? null : n / 2 },
    related: [`p${(n % 4) + 1}`, n === 2 ? 'gone' : `p${n}`],
    stock: n * 100,
  })),
  ...['a1', 'a2', 'a3'].map((id, n) => ({
    __typename: 'Author',
    id,
    name: `Author ${n}`,
    email: { user: `u${n}`, host: 'example' },
  })),
  ...[1, 2, 3, 4, 5, 6].map((n) => ({
    __typename: 'Review',
    id: `r${n}`,
    body: n === 5 ? new Error('no body here') : `Review ${n}`,
    product: `p${(n % 3) + 1}`,
    author: `a${(n % 3) + 1}`,
    stars: n === 6 ? new Error('no stars here') : n % 5,
  })),
  ...[1, 2, 3].map((n) => ({
    __typename: 'Book',
    id: `m${n}`,
    title: `Book ${n}`,
    pages: n * 100,
    likes: n,
  })),
  ...[4, 5].map((n) => ({ __typename: 'Film', id: `m${n}`, title: `Film ${n}`, minutes: n * 30, likes: n })),
];

const idOf = (row: Record_) => String(row.upc ?? row.id);
const byId = new Map(rows.map((row) => [idOf(row), row]));
const all = (...types: string[]) => rows.filter((row) => types.includes(String(row.__typename)));
const get = (id: unknown) => byId.get(String(id)) ?? null;

/** Fields that are more than a look at the row, as both sides resolve them. */
const fields = {
  Product: {
    price: ({ prices }: Record_, { currency }: { currency: string }) => (prices as Record_)[currency],
    related: ({ related }: Record_) => (related as string[]).map(get),
    reviews: ({ upc }: Record_) => all('Review').filter(({ product }) => product === upc),
  },
  Review: {
    product: ({ product }: Record_) => get(product),
    author: ({ author }: Record_) => get(author),
    body: ({ body }: Record_) => fail(body),
    stars: ({ stars }: Record_) => fail(stars),
  },
  Author: { reviews: ({ id }: Record_) => all('Review').filter(({ author }) => author === id) },
};

function fail(value: unknown): unknown {
  if (value instanceof Error) {
    throw value;
  }
  return value;
}

const roots = {
  products: () => all('Product'),
  product: (_: unknown, { upc }: { upc: string }) => get(upc),
  search: () => all('Product', 'Author', 'Book').filter((_, index) => index % 2 === 0),
  authors: () => all('Author'),
  topReviews: (_: unknown, { first }: { first: number }) => all('Review').slice(0, first),
  media: () => all('Book', 'Film'),
  favourite: () => get('m4'),
};
const pick = (...names: (keyof typeof roots)[]) =>
  Object.fromEntries(names.map((name) => [name, roots[name]]));
const reference = (row: Record_) => get(row.upc ?? row.id);
const typed = { __resolveType: (row: Record_) => row.__typename };

/** Shipping costs come from what other subgraphs know; `price` is that in EUR. */
const shipping = (price: unknown, weight: unknown) => Number(price) + Math.round(Number(weight ?? 0) * 10);

const subgraphs: Record<string, { typeDefs: string; resolvers: object }> = {
  catalog: {
    typeDefs: `${link}
      type Query { products: [Product!]! product(upc: ID!): Product search: [Hit] }
      enum Currency { USD EUR }
      enum Kind { TOOL TOY SECRET @inaccessible }
      union Hit = Product | Author | Book
      type Product @key(fields: "upc") {
        upc: ID! name: String kind: Kind price(currency: Currency! = USD): Int! dims: Dims related: [Product] stock: Int
      }
      type Dims @shareable { size: Int weight: Float }
      type Author @key(fields: "id") { id: ID! }
      type Book @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: pick('products', 'product', 'search'),
      Hit: typed,
      Product: {
        __resolveReference: reference,
        price: fields.Product.price,
        related: fields.Product.related,
      },
    },
  },
  reviews: {
    typeDefs: `${link}
      type Query { topReviews(first: Int! = 3): [Review!] }
      type Product @key(fields: "upc") { upc: ID! reviews: [Review!]! }
      type Review @key(fields: "id") {
        id: ID! body: String stars: Int! product: Product author: Author @provides(fields: "name")
      }
      type Author @key(fields: "id") { id: ID! name: String @external reviews: [Review!] }`,
    resolvers: {
      Query: pick('topReviews'),
      Product: { __resolveReference: reference, reviews: fields.Product.reviews },
      Review: { __resolveReference: reference, ...fields.Review },
      Author: { __resolveReference: reference, reviews: fields.Author.reviews },
    },
  },
  authors: {
    typeDefs: `${link}
      type Query { authors: [Author!]! }
      type Author @key(fields: "id") { id: ID! name: String @shareable email: Email }
      type Email { user: String host: String }`,
    resolvers: { Query: pick('authors'), Author: { __resolveReference: reference } },
  },
  shipping: {
    typeDefs: `${link}
      enum Currency { USD EUR }
      type Product @key(fields: "upc") {
        upc: ID!
        price(currency: Currency! = USD): Int! @external
        dims: Dims @external
        shipping: Int @requires(fields: "price(currency: EUR) dims { weight }")
        stock: Int @override(from: "catalog")
      }
      type Dims @shareable { size: Int weight: Float }`,
    resolvers: {
      Product: {
        // What is required comes with the representation; the rest is this subgraph's own.
        __resolveReference: (row: Record_) => ({ ...row, stock: get(row.upc)?.stock }),
        shipping: (row: Record_) => shipping(row.price, (row.dims as Record_ | null)?.weight),
      },
    },
  },
  media: {
    typeDefs: `${link}
      type Query { media: [Media!] favourite: Media }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
    resolvers: {
      Query: pick('media', 'favourite'),
      Media: { ...typed, __resolveReference: reference },
      Book: { __resolveReference: reference },
      Film: { __resolveReference: reference },
    },
  },
  likes: {
    typeDefs: `${link}
      type Media @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
    resolvers: { Media: { __resolveReference: reference } },
  },
};

/** The same graph as one schema: what clients see, and what every answer should be. */
const whole = `
  type Query {
    products: [Product!]! product(upc: ID!): Product search: [Hit] topReviews(first: Int! = 3): [Review!]
    authors: [Author!]! media: [Media!] favourite: Media
  }
  enum Currency { USD EUR }
  enum Kind { TOOL TOY }
  union Hit = Product | Author | Book
  type Product {
    upc: ID! name: String kind: Kind price(currency: Currency! = USD): Int! dims: Dims related: [Product] stock: Int
    reviews: [Review!]! shipping: Int
  }
  type Dims { size: Int weight: Float }
  type Review { id: ID! body: String stars: Int! product: Product author: Author }
  type Author { id: ID! name: String email: Email reviews: [Review!] }
  type Email { user: String host: String }
  interface Media { id: ID! title: String likes: Int }
  type Book implements Media { id: ID! title: String likes: Int pages: Int }
  type Film implements Media { id: ID! title: String likes: Int minutes: Int }`;

/** Executes a document over the one schema. */
export const oracle: GraphQLSchema = buildSchema(whole);
for (const [type, resolvers] of Object.entries({ Query: roots, ...fields })) {
  const object = oracle.getType(type);
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = object !== undefined && 'getFields' in object ? object.getFields()[name] : undefined;
    if (field !== undefined) {
      Object.assign(field, { resolve });
    }
  }
}
const productFields = oracle.getType('Product');
if (productFields !== undefined && 'getFields' in productFields) {
  Object.assign(productFields.getFields().shipping ?? {}, {
    resolve: ({ prices, dims }: Record_) => shipping((prices as Record_).EUR, (dims as Record_).weight),
  });
}

/** The six, composed. */
export function composeGraph(): string {
  const services = Object.entries(subgraphs).map(([name, { typeDefs }]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(typeDefs),
  }));
  const result = composeServices(services);
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}

/** Executes each subgraph's operations in this process, and hands over what went over the wire as JSON would. */
export function createSubgraphs(): FetchSubgraph {
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { typeDefs, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as Record<string, never> }]),
    ]),
  );
  return async ({ subgraph, operation, variables }) => {
    const schema = schemas.get(subgraph);
    if (schema === undefined) {
      throw new Error(`no subgraph ${subgraph}`);
    }
    const result = await execute({ schema, document: parse(operation), variableValues: variables });
    return JSON.parse(JSON.stringify(result)) as SubgraphResponse;
  };
}
