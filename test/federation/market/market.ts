/**
 * The market: a supergraph of ten subgraphs that uses every feature of Apollo Federation except `@fromContext`, which
 * has its own test (`cases/specifications/contexts.test.ts`). Makers sell products, and people review books and films.
 * `objects.ts` has the data. `market.test.ts` lists the features.
 */
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema, printSchema } from 'graphql';
import type { Monolith } from '../support/compare.ts';
import type { Subgraph } from '../support/subgraphs.ts';
import {
  books,
  bot,
  type DataObject,
  films,
  handlingOf,
  makers,
  media,
  objectsById,
  people,
  products,
  reviews,
  shippingOf,
  unknownInDepot,
} from './objects.ts';

function link(...more: readonly string[]): string {
  const names = [
    'key',
    'shareable',
    'external',
    'requires',
    'provides',
    'override',
    'inaccessible',
    'interfaceObject',
    ...more,
  ];
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names.map((name) => `"@${name}"`).join(', ')}])\n`;
}

/** The fields that a representation may have in any subgraph of the market. */
interface Reference {
  readonly id?: string;
  readonly sku?: string;
  readonly region?: { readonly code: string };
  readonly name?: unknown;
  readonly price?: unknown;
  readonly dims?: { readonly w?: unknown } | null;
  readonly maker?: { readonly name?: unknown } | null;
  readonly shipping?: unknown;
  readonly sample?: unknown;
  readonly extra?: unknown;
}

function find({ id, sku, region }: Reference): DataObject | null {
  return id !== undefined
    ? (objectsById.get(id) ?? null)
    : (products.find(
        (product) => product.sku === sku && (product.region as { code: string }).code === region?.code,
      ) ?? null);
}

const byReference = { __resolveReference: find };
const asMedia = {
  __resolveReference: (reference: Reference) => ({ ...find(reference), __typename: 'Media' }),
};

/** The root fields. `find` looks up a product by a @oneOf input. */
const root = {
  products: () => products,
  product: ({ id }: { id: string }) => products.find((product) => product.id === id) ?? null,
  find: ({ by }: { by: Reference }) =>
    products.find(({ id, sku }) => (by.id === undefined ? sku === by.sku : id === by.id)) ?? null,
  media: () => media,
  favourite: () => films[0],
  node: () => products[1],
  search: () => [books[0], products[1], films[0], null, books[0], products[1]],
  makers: () => [...makers, makers[0]],
  reviews: () => reviews,
  people: () => people,
  anything: () => [people[1], makers[0], bot],
  novelties: () => [products[3], products[0]],
};

function queries(
  ...names: readonly (keyof typeof root)[]
): Record<string, GraphQLFieldResolver<unknown, unknown>> {
  return Object.fromEntries(
    names.map((name) => [name, (_: unknown, args: unknown) => root[name](args as never)]),
  );
}

export const market: Readonly<Record<string, Subgraph>> = {
  /** This subgraph has an @interfaceObject, and is the first subgraph by name. */
  acclaim: {
    sdl: `${link()}
      type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int }`,
    resolvers: { Media: asMedia },
  },
  catalog: {
    sdl: `${link('composeDirective')}
      extend schema @link(url: "https://example.org/note/v1.0", import: ["@note"]) @composeDirective(name: "@note")
      directive @note(text: String) on FIELD_DEFINITION
      scalar JSON
      type Query {
        products: [Product!]! @note(text: "all of them") product(id: ID!): Product find(by: By!): Product
        media: [Media!] favourite: Media node: Node search: [Result]
      }
      input By @oneOf { id: ID sku: String }
      interface Media @key(fields: "id") { id: ID! title: String about: Result sequel: Media }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int about: Result sequel: Media length: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int! about: Result sequel: Media length: Int! }
      interface Node { id: ID! }
      union Result = Book | Film | Product
      type Product implements Node @key(fields: "id") @key(fields: "sku region { code }") {
        id: ID! sku: String! region: Region! @shareable name: String price(currency: Currency = USD): Int kind: Kind
        maker: Maker @provides(fields: "name") old: String @shareable weight: Int dims: Dims @shareable tags: [String]
        sample: Sample extra: Extra attributes(pick: JSON): JSON related: [Product] grid: [[Product]]
      }
      type Dims @shareable { w: Int h: Int }
      type Region @shareable { code: String! }
      interface Sample { grams: Int }
      type Powder implements Sample @shareable { grams: Int grain: Int }
      type Liquid implements Sample @shareable { grams: Int ml: Int }
      union Extra = Powder | Liquid
      type Maker @key(fields: "id") { id: ID! name: String @external }
      enum Currency { USD HKD }
      enum Kind { A B @inaccessible C }`,
    resolvers: {
      Query: queries('products', 'product', 'find', 'media', 'favourite', 'node', 'search'),
      Product: byReference,
      Media: byReference,
      Book: byReference,
      Film: byReference,
      Maker: byReference,
    },
  },
  stock: {
    sdl: `${link()}
      type Product @key(fields: "id") {
        id: ID! price(currency: Currency = USD): Int @external dims: Dims @external
        shipping: Int @requires(fields: "price(currency: HKD) dims { w }")
      }
      type Dims @shareable { w: Int }
      enum Currency { USD HKD }`,
    resolvers: {
      Product: {
        __resolveReference: ({ id, price, dims }: Reference) => ({
          id,
          shipping: shippingOf(price, dims?.w),
        }),
      },
    },
  },
  /**
   * This subgraph looks up products by their second key, and does not know one of the products. It overrides one field
   * always, and another field for some requests.
   */
  depot: {
    sdl: `${link()}
      type Product @key(fields: "sku region { code }") {
        sku: String! region: Region! @shareable inStock: Int
        old: String @override(from: "catalog") weight: Int @override(from: "catalog", label: "percent(50)")
      }
      type Region @shareable { code: String! }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Reference) => {
          const product = find(reference);
          return product === unknownInDepot ? null : product;
        },
      },
    },
  },
  makers: {
    sdl: `${link()}
      type Query { makers: [Maker!] }
      union Result = Product | Maker
      type Maker @key(fields: "id") {
        id: ID! name: String products: [Product!] best: Product motto: String! known: [Result]
      }
      type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Query: queries('makers'), Maker: byReference },
  },
  reviews: {
    sdl: `${link()}
      type Query { reviews: [Review!] }
      type Media @key(fields: "id") @interfaceObject { id: ID! reviews: [Review!] score: Int! }
      type Review @key(fields: "id") {
        id: ID! text: String stars: Int! mood: Mood media: Media product: Product author: Author
      }
      enum Mood { GOOD BAD }
      type Product @key(fields: "id") { id: ID! reviews(first: Int = 2): [Review!] }
      union Author = Person | Bot
      type Person @key(fields: "id") { id: ID! }
      type Bot @shareable { model: String! }`,
    resolvers: { Query: queries('reviews'), Review: byReference, Product: byReference, Media: asMedia },
  },
  people: {
    sdl: `${link()}
      type Query { people: [Person!] anything: [Author] }
      union Author = Person | Maker | Bot
      type Maker @key(fields: "id", resolvable: false) { id: ID! }
      type Bot @shareable { model: String! }
      type Person @key(fields: "id") {
        id: ID! name: String! email: String role: Role @inaccessible mood: Mood admires: Author
      }
      enum Mood { BAD ODD }
      enum Role { READER }`,
    resolvers: { Query: queries('people', 'anything'), Person: byReference },
  },
  logistics: {
    sdl: `${link()}
      type Product @key(fields: "id") {
        id: ID! maker: Maker @external shipping: Int @external sample: Sample @external extra: Extra @external
        label: String @requires(fields: "maker { name }")
        delivery: String @requires(fields: "shipping")
        handling: String @requires(fields: "sample { grams ... on Powder { grain } } extra { ... on Liquid { ml grams } }")
      }
      type Maker @key(fields: "id") { id: ID! name: String @external }
      interface Sample { grams: Int }
      type Powder implements Sample @shareable { grams: Int grain: Int }
      type Liquid implements Sample @shareable { grams: Int ml: Int }
      union Extra = Powder | Liquid`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Reference) => ({
          ...reference,
          label: `${reference.maker?.name ?? 'nobody'}`,
          delivery: `for ${reference.shipping}`,
          handling: handlingOf(reference.sample, reference.extra),
        }),
      },
    },
  },
  /** This subgraph uses Federation 1: no @link, `extend type`, and @external on every field of another subgraph. */
  advertising: {
    sdl: `
      extend type Query { novelties: [Product!] }
      extend type Product @key(fields: "id") {
        id: ID! @external name: String @external slogan: String @requires(fields: "name")
      }`,
    resolvers: {
      Query: queries('novelties'),
      Product: {
        __resolveReference: ({ id, name }: Reference) => ({ id, slogan: `Buy ${name}` }),
      },
    },
  },
  /** This subgraph uses Federation 2 with @extends and @external keys, as in Federation 1. */
  archive: {
    sdl: `${link('extends')}
      type Maker @extends @key(fields: "id") { id: ID! @external founded: Int }`,
    resolvers: { Maker: byReference },
  },
};

/** The client schema with the same objects, without federation. graphql-js executes it with this root value. */
export function monolith(clientSchema: GraphQLSchema): Monolith {
  return { schema: buildSchema(printSchema(clientSchema)), rootValue: root };
}
