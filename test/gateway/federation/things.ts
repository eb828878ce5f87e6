/**
 * A supergraph made to be hard: seven subgraphs with compound keys, nested @requires with arguments, @provides,
 * @shareable, @override, @interfaceObject, @inaccessible, unions and enums. The same objects answer in every subgraph
 * and in one schema without federation, so that the two can be compared.
 */
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema, printSchema } from 'graphql';
import { link, type Subgraph } from './subgraphs.ts';

type Thing = Record<string, unknown> & { readonly __typename: string; readonly id: string };

const makers = thingsOf('Maker', ['m1', 'm2', 'm3']);
const products = thingsOf('Product', ['p1', 'p2', 'p3', 'p4']);
const books = thingsOf('Book', ['b1', 'b2', 'b3']);
const films = thingsOf('Film', ['f1', 'f2']);
const people = thingsOf('Person', ['u1', 'u2']);
const reviews = thingsOf('Review', ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
const media = [...books, ...films];
const bot = { __typename: 'Bot', model: 'B-9' };

function thingsOf(typename: string, ids: readonly string[]): Thing[] {
  return ids.map((id) => ({ __typename: typename, id }));
}

const rates: Readonly<Record<string, number>> = { USD: 1, HKD: 8 };

/** What a subgraph makes of what it requires; as one schema would, from the whole object. */
function shippingOf(price: unknown, w: unknown): number | null {
  return typeof price === 'number' ? price * 10 + (typeof w === 'number' ? w : 0) : null;
}

for (const [n, maker] of makers.entries()) {
  Object.assign(maker, {
    name: n === 2 ? null : `Maker ${n}`,
    products: products.filter((_, at) => at % 3 === n),
    best: n === 2 ? null : products[n],
    motto: `We make ${n}`,
  });
}
for (const [n, product] of products.entries()) {
  const dims = n === 3 ? null : { w: n + 1, h: 2 * n };
  const price = ({ currency = 'USD' }: { currency?: string | null }) =>
    n === 2 ? null : (n + 1) * (rates[currency ?? 'USD'] ?? 0);
  Object.assign(product, {
    sku: `sku-${n}`,
    region: { code: n % 2 === 0 ? 'HK' : 'US' },
    name: `Product ${n}`,
    price,
    kind: n === 1 ? 'A' : 'C',
    maker: n === 3 ? null : makers[n % 2],
    old: `old ${n}`,
    dims,
    inStock: n * 7,
    shipping: () => shippingOf(price({ currency: 'HKD' }), dims?.w),
    tags: n === 0 ? [] : ['x', null, `t${n}`],
    related: [products[(n + 1) % 4], null, products[(n + 2) % 4]],
    grid: [[products[0], products[n]], null, []],
    reviews: ({ first = 2 }: { first?: number | null }) =>
      reviews.filter((_, at) => at % 4 === n).slice(0, first ?? undefined),
    delivery: () => `for ${shippingOf(price({ currency: 'HKD' }), dims?.w)}`,
  });
}
for (const [n, work] of media.entries()) {
  Object.assign(work, {
    title: n === 1 ? null : `Title ${n}`,
    length: n * 100,
    score: n * 3,
    pages: work.__typename === 'Book' ? 90 + n : undefined,
    minutes: work.__typename === 'Film' ? 120 + n : undefined,
    reviews: reviews.filter((_, at) => at % 5 === n),
    about: n === 0 ? products[0] : n === 1 ? books[2] : null,
    sequel: media[(n + 2) % 5],
  });
}
for (const [n, review] of reviews.entries()) {
  Object.assign(review, {
    text: `Text ${n}`,
    media: n === 4 ? null : media[n % 5],
    product: products[n % 4],
    author: n === 3 ? null : n % 3 === 0 ? bot : people[n % 2],
  });
}
for (const [n, person] of people.entries()) {
  Object.assign(person, { name: `Person ${n}`, email: n === 0 ? null : 'one@x.test', role: 'READER' });
}

const byId = new Map(
  [...makers, ...products, ...media, ...people, ...reviews].map((thing) => [thing.id, thing]),
);

interface Reference {
  readonly id?: string;
  readonly sku?: string;
  readonly region?: { readonly code: string };
  readonly price?: unknown;
  readonly dims?: { readonly w?: unknown } | null;
  readonly maker?: { readonly name?: unknown } | null;
  readonly shipping?: unknown;
}

function find({ id, sku, region }: Reference): Thing | null {
  return id !== undefined
    ? (byId.get(id) ?? null)
    : (products.find(
        (product) => product.sku === sku && (product.region as { code: string }).code === region?.code,
      ) ?? null);
}

const byReference = { __resolveReference: find };

/** What clients see at the root; `find` is a lookup by @oneOf. */
const root = {
  products: () => products,
  product: ({ id }: { id: string }) => products.find((product) => product.id === id) ?? null,
  find: ({ by }: { by: Reference }) =>
    products.find(({ id, sku }) => (by.id === undefined ? sku === by.sku : id === by.id)) ?? null,
  media: () => media,
  node: () => products[1],
  search: () => [books[0], products[1], films[0], null, books[0], products[1]],
  makers: () => [...makers, makers[0]],
  reviews: () => reviews,
  people: () => people,
  anything: () => [people[1], makers[0], bot],
};

function queries(
  ...names: readonly (keyof typeof root)[]
): Record<string, GraphQLFieldResolver<unknown, unknown>> {
  return Object.fromEntries(
    names.map((name) => [name, (_: unknown, args: unknown) => root[name](args as never)]),
  );
}

export const market: Readonly<Record<string, Subgraph>> = {
  catalog: {
    sdl: `${link}
      type Query {
        products: [Product!]! product(id: ID!): Product find(by: By!): Product
        media: [Media!] node: Node search: [Result]
      }
      input By @oneOf { id: ID sku: String }
      interface Media @key(fields: "id") { id: ID! title: String about: Result sequel: Media }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int about: Result sequel: Media length: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int! about: Result sequel: Media length: Int! }
      interface Node { id: ID! }
      union Result = Book | Film | Product
      type Product implements Node @key(fields: "id") @key(fields: "sku region { code }") {
        id: ID! sku: String! region: Region! @shareable name: String price(currency: Currency = USD): Int kind: Kind
        maker: Maker @provides(fields: "name") old: String @shareable dims: Dims @shareable tags: [String]
        related: [Product] grid: [[Product]]
      }
      type Dims @shareable { w: Int h: Int }
      type Region @shareable { code: String! }
      type Maker @key(fields: "id") { id: ID! name: String @external }
      enum Currency { USD HKD }
      enum Kind { A B @inaccessible C }`,
    resolvers: {
      Query: queries('products', 'product', 'find', 'media', 'node', 'search'),
      Product: byReference,
      Media: byReference,
      Book: byReference,
      Film: byReference,
      Maker: byReference,
    },
  },
  stock: {
    sdl: `${link}
      type Product @key(fields: "id") {
        id: ID! price(currency: Currency = USD): Int @external dims: Dims @external
        shipping: Int @requires(fields: "price(currency: HKD) dims { w }")
      }
      type Dims @shareable { w: Int }
      enum Currency { USD HKD }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Reference) => ({
          id: reference.id,
          shipping: shippingOf(reference.price, reference.dims?.w),
        }),
      },
    },
  },
  depot: {
    sdl: `${link}
      type Product @key(fields: "sku region { code }") {
        sku: String! region: Region! @shareable inStock: Int old: String @override(from: "catalog")
      }
      type Region @shareable { code: String! }`,
    resolvers: { Product: byReference },
  },
  makers: {
    sdl: `${link}
      type Query { makers: [Maker!] }
      type Maker @key(fields: "id") { id: ID! name: String products: [Product!] best: Product motto: String! }
      type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Query: queries('makers'), Maker: byReference },
  },
  reviews: {
    sdl: `${link}
      type Query { reviews: [Review!] }
      type Media @key(fields: "id") @interfaceObject { id: ID! reviews: [Review!] score: Int! }
      type Review @key(fields: "id") { id: ID! text: String media: Media product: Product author: Author }
      type Product @key(fields: "id") { id: ID! reviews(first: Int = 2): [Review!] }
      union Author = Person | Bot
      type Person @key(fields: "id") { id: ID! }
      type Bot { model: String! }`,
    resolvers: {
      Query: queries('reviews'),
      Review: byReference,
      Product: byReference,
      Media: { __resolveReference: (reference: Reference) => ({ ...find(reference), __typename: 'Media' }) },
    },
  },
  people: {
    sdl: `${link}
      type Query { people: [Person!] }
      type Person @key(fields: "id") { id: ID! name: String! email: String role: Role @inaccessible }
      enum Role { READER }`,
    resolvers: { Query: queries('people'), Person: byReference },
  },
  logistics: {
    sdl: `${link}
      type Product @key(fields: "id") {
        id: ID! maker: Maker @external
        shipping: Int @external
        label: String @requires(fields: "maker { name }")
        delivery: String @requires(fields: "shipping")
      }
      type Maker @key(fields: "id") { id: ID! name: String @external }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Reference) => ({
          ...reference,
          label: `${reference.maker?.name ?? 'nobody'}`,
          delivery: `for ${reference.shipping}`,
        }),
      },
    },
  },
};
for (const product of products) {
  product.label = `${(product.maker as Thing | null)?.name ?? 'nobody'}`;
}

/** The clients' schema over the same objects, without federation, to be executed by graphql-js with this root. */
export function monolith(clientSchema: GraphQLSchema): { schema: GraphQLSchema; rootValue: unknown } {
  return { schema: buildSchema(printSchema(clientSchema)), rootValue: root };
}
