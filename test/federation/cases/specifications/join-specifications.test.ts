/**
 * Supergraphs of every version of the join specification. Each version is tested with the specification's own name and
 * with another name.
 */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { readSubgraphUrls } from '../../../../gateway/from-file/subgraphs.ts';
import { fetchFrom, link, worldOf } from '../../support/subgraphs.ts';

const subgraphs = {
  books: {
    sdl: `${link}
      type Query { book: Book media: [Media] }
      type Mutation { read: Book }
      interface Media { isbn: ID! }
      type Book implements Media @key(fields: "isbn") { isbn: ID! title: String pages: Int maker: Maker @provides(fields: "name") }
      type Maker @key(fields: "id") { id: ID! name: String @external }`,
    resolvers: {
      Query: { book: () => book, media: () => [{ __typename: 'Book', ...book }] },
      Mutation: { read: () => book },
    },
  },
  prices: {
    sdl: `${link}
      type Book @key(fields: "isbn") { isbn: ID! pages: Int @external price: Int @requires(fields: "pages") }
      type Maker @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Book: { price: ({ pages }: { pages: number }) => pages * 2 },
      Maker: { name: () => 'not asked for: it is provided' },
    },
  },
};
const book = { isbn: '1', title: 'Sea', pages: 7, maker: { id: 'm', name: 'Ada' } };

const world = (supergraph: string) => worldOf(createEngine(supergraph), fetchFrom(subgraphs));

/**
 * Version 0.1, of Federation 1. An entity has an owner subgraph. The owner resolves every field that doesn't name
 * another subgraph.
 */
const version1 = `
  schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") {
    query: Query
    mutation: Mutation
  }
  directive @core(feature: String!) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
  directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  scalar join__FieldSet
  enum join__Graph {
    BOOKS @join__graph(name: "books", url: "http://books")
    PRICES @join__graph(name: "prices", url: "http://prices")
  }
  type Query { book: Book @join__field(graph: BOOKS) media: [Media] @join__field(graph: BOOKS) }
  type Mutation { read: Book @join__field(graph: BOOKS) }
  interface Media { isbn: ID! }
  type Book implements Media @join__owner(graph: BOOKS) @join__type(graph: BOOKS, key: "isbn") @join__type(graph: PRICES, key: "isbn") {
    isbn: ID! @join__field(graph: BOOKS)
    title: String @join__field(graph: BOOKS)
    pages: Int @join__field(graph: BOOKS)
    maker: Maker @join__field(graph: BOOKS, provides: "name")
    price: Int @join__field(graph: PRICES, requires: "pages")
  }
  type Maker @join__owner(graph: PRICES) @join__type(graph: PRICES, key: "id") @join__type(graph: BOOKS, key: "id") {
    id: ID! @join__field(graph: PRICES)
    name: String @join__field(graph: PRICES)
  }`;

/**
 * Versions 0.2 to 0.5, of Federation 2. They differ only in features that this supergraph does not use. `j` is the
 * specification's name in the supergraph.
 */
function version(number: string, j: string): string {
  const as = j === 'join' ? '' : `, as: "${j}"`;
  return `
    schema @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v${number}", for: EXECUTION${as}) { query: Query mutation: Mutation }
    enum ${j}__Graph {
      BOOKS @${j}__graph(name: "books", url: "http://books")
      PRICES @${j}__graph(name: "prices", url: "http://prices")
    }
    type Query @${j}__type(graph: BOOKS) @${j}__type(graph: PRICES) {
      book: Book @${j}__field(graph: BOOKS)
      media: [Media] @${j}__field(graph: BOOKS)
    }
    type Mutation @${j}__type(graph: BOOKS) { read: Book }
    interface Media @${j}__type(graph: BOOKS) { isbn: ID! }
    type Book implements Media @${j}__implements(graph: BOOKS, interface: "Media")
      @${j}__type(graph: BOOKS, key: "isbn") @${j}__type(graph: PRICES, key: "isbn") {
      isbn: ID!
      title: String @${j}__field(graph: BOOKS)
      pages: Int @${j}__field(graph: BOOKS) @${j}__field(graph: PRICES, external: true)
      maker: Maker @${j}__field(graph: BOOKS, provides: "name")
      price: Int @${j}__field(graph: PRICES, requires: "pages")
    }
    type Maker @${j}__type(graph: BOOKS, key: "id") @${j}__type(graph: PRICES, key: "id") {
      id: ID!
      name: String @${j}__field(graph: BOOKS, external: true) @${j}__field(graph: PRICES)
    }`;
}

const numbers = ['0.2', '0.3', '0.4', '0.5'];

test.each<[string, string]>([
  ['0.1', version1],
  ...numbers.map((number): [string, string] => [number, version(number, 'join')]),
  ...numbers.map((number): [string, string] => [`${number}, called j`, version(number, 'j')]),
])('version %s', async (_, supergraph) => {
  const { engine, ask, requests } = world(supergraph);
  expect(await ask('{ book { title price maker { name } } media { isbn ... on Book { title } } }')).toEqual({
    data: {
      book: { title: 'Sea', price: 14, maker: { name: 'Ada' } },
      media: [{ isbn: '1', title: 'Sea' }],
    },
  });
  expect(requests.map(({ subgraph }) => subgraph)).toEqual(['books', 'prices']);
  expect(await ask('mutation { read { price } }')).toEqual({ data: { read: { price: 14 } } });
  const types = Object.keys(engine.schema.getTypeMap()).filter((name) => !name.startsWith('__'));
  expect(types.sort()).toEqual([
    'Book',
    'Boolean',
    'ID',
    'Int',
    'Maker',
    'Media',
    'Mutation',
    'Query',
    'String',
  ]);
});

test.each(['join', 'j'])('the URLs of subgraphs, where the specification is called %s', (name) => {
  expect(readSubgraphUrls(parse(version('0.3', name)))).toEqual(
    new Map([
      ['books', 'http://books'],
      ['prices', 'http://prices'],
    ]),
  );
});

test('root types with other names than Query and Mutation', async () => {
  const supergraph = version('0.3', 'join')
    .replaceAll('query: Query mutation: Mutation', 'query: Reading mutation: Writing')
    .replaceAll('type Query', 'type Reading')
    .replaceAll('type Mutation', 'type Writing');
  const { ask } = world(supergraph);
  expect(await ask('{ __typename book { price } }')).toEqual({
    data: { __typename: 'Reading', book: { price: 14 } },
  });
  expect(await ask('mutation { __typename read { price } }')).toEqual({
    data: { __typename: 'Writing', read: { price: 14 } },
  });
});

test('named fragments, nested and spread several times', async () => {
  const { ask, requests } = world(version('0.3', 'join'));
  const query = `
    { book { ...Priced } media { ...Any ...Priced } }
    fragment Any on Media { isbn ... on Book { ...Titled } }
    fragment Priced on Book { price ...Titled }
    fragment Titled on Book { title }`;
  const priced = { price: 14, title: 'Sea' };
  expect(await ask(query)).toEqual({ data: { book: priced, media: [{ isbn: '1', ...priced }] } });
  expect(requests).toHaveLength(2);
});
