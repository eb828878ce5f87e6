/** Tests of the check itself. The supergraphs are so small that the right result is obvious. */
import { describe, expect, test } from 'vitest';
import { supergraphs } from '../supergraphs/all.ts';
import { Satisfiability } from './satisfiability.ts';

interface Case {
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Each query with the path of a field that can't be resolved; null if all can. */
  readonly queries: Readonly<Record<string, string | null>>;
  readonly percentage?: number;
}

const cases: Readonly<Record<string, Case>> = {
  'keys lead to further keys, and a subgraph without a known key is unreachable': {
    subgraphs: {
      first: 'type Query { plant: Plant } type Plant @key(fields: "id") { id: ID }',
      second:
        'type Plant @key(fields: "id") @key(fields: "bed { row }") { id: ID bed: Bed } type Bed { row: Int }',
      third: 'type Plant @key(fields: "bed { row }") { bed: Bed height: Int } type Bed { row: Int }',
      fourth: 'type Plant @key(fields: "latin") { latin: ID colour: Int }',
      fifth: 'type Plant @key(fields: "id", resolvable: false) { id: ID smell: Int }',
    },
    queries: {
      '{ plant { id height } }': null,
      '{ plant { colour } }': 'Query.plant.Plant.colour',
      '{ plant { smell } }': 'Query.plant.Plant.smell',
    },
  },
  'a field of a value type comes from those subgraphs alone that give the object': {
    subgraphs: {
      first: 'type Query { size: Size other: Size } type Size { width: Int }',
      second: 'type Query { size: Size } type Size { width: Int height: Int }',
    },
    queries: {
      '{ size { width height } }': null,
      '{ other { width } }': null,
      '{ other { height } }': 'Query.other.Size.height',
      '{ other { height @include(if: false) } }': null,
    },
  },
  'a requirement is satisfied by other subgraphs, also through another requirement, but not by itself': {
    subgraphs: {
      first: 'type Query { item: Item } type Item @key(fields: "id") { id: ID size: Int }',
      second: `type Item @key(fields: "id") {
        id: ID size: Int @external tax: Int @requires(fields: "size")
        up: Int @requires(fields: "down") down: Int @external
      }`,
      third: `type Item @key(fields: "id") {
        id: ID tax: Int @external price: Int @requires(fields: "tax")
        down: Int @requires(fields: "up") up: Int @external
      }`,
    },
    queries: { '{ item { price } }': null, '{ item { up } }': 'Query.item.Item.up' },
  },
  'a field that requires an external field of its own subgraph is resolved by looking up the object again': {
    subgraphs: {
      first: `type Query { item: Item } type Item @key(fields: "id") {
        id: ID size: Int @external tax: Int @requires(fields: "size") }`,
      second: 'type Item @key(fields: "id") { id: ID size: Int }',
    },
    queries: { '{ item { tax } }': null },
  },
  'a field is provided below one field only, for one type': {
    subgraphs: {
      first: `type Query { provided: Thing @provides(fields: "... on Cup { size inner { size } }") bare: Thing }
        union Thing = Cup | Pot
        type Cup { size: Int @external inner: Cup @external weight: Int }
        type Pot { size: Int @external }`,
    },
    queries: {
      '{ provided { ... on Cup { size weight inner { size } } } }': null,
      '{ provided { ... on Cup { inner { weight } } } }': 'Query.provided.Cup.inner.Cup.weight',
      '{ provided { ... on Pot { size } } }': 'Query.provided.Pot.size',
      '{ bare { ... on Cup { size } } }': 'Query.bare.Cup.size',
    },
  },
  'an override moves a field, but its old subgraph may read it for its own key': {
    subgraphs: {
      old: 'type Query { item: Item } type Item @key(fields: "id") { id: ID size: Int count: Int }',
      fresh: `type Item @key(fields: "id") { id: ID @override(from: "old") size: Int @override(from: "old")
        count: Int @override(from: "old", label: "percent(30)") }`,
    },
    queries: { '{ item { id size count } }': null },
  },
  'a progressive override is on below its percentage': {
    subgraphs: {
      old: 'type Query { item: Item } type Item { count: Int }',
      fresh: 'type Item { count: Int @override(from: "old", label: "percent(30)") }',
    },
    percentage: 29,
    queries: { '{ item { count } }': 'Query.item.Item.count' },
  },
  'a progressive override is off from its percentage on': {
    subgraphs: {
      old: 'type Query { item: Item } type Item { count: Int }',
      fresh: 'type Item { count: Int @override(from: "old", label: "percent(30)") }',
    },
    percentage: 30,
    queries: { '{ item { count } }': null },
  },
  'an interface object does not know its types, until another subgraph tells them': {
    subgraphs: {
      sizes: `type Query { media: Media } type Media @interfaceObject @key(fields: "id") {
        id: ID! size: Int sure: Int! }`,
      media: `interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! }`,
    },
    queries: { '{ media { __typename size ... on Book { pages sure } } }': null },
  },
  'an interface object never knows its types if there is no lookup by the interface': {
    subgraphs: {
      sizes: `type Query { media: Media } type Media @interfaceObject @key(fields: "id") {
        id: ID! size: Int sure: Int! }`,
      media: `interface Media @key(fields: "id", resolvable: false) { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! }`,
    },
    queries: {
      '{ media { size sure } }': null,
      '{ media { __typename } }': 'Query.media.Book.__typename',
      '{ media { ... on Book { size } } }': null,
      '{ media { ... on Book { sure } } }': 'Query.media.Book.sure',
      '{ media { ... on Book { pages } } }': 'Query.media.Book.pages',
    },
  },
  'an object that two subgraphs give has a type that both know': {
    subgraphs: {
      first: `type Query { thing: Thing } union Thing = Cup | Pot
        type Cup @key(fields: "id") { id: ID } type Pot { size: Int }`,
      second: `type Query { thing: Thing } union Thing = Cup | Jar
        type Cup @key(fields: "id") { id: ID colour: Int } type Jar { size: Int }`,
    },
    queries: { '{ thing { ... on Cup { id colour } ... on Jar { size } } }': null },
  },
  'a key from one subgraph and a requirement from another are not combined': {
    subgraphs: {
      first: `type Query { thing: Thing } type Thing { cup: Cup } type Cup @key(fields: "id") {
        id: ID size: Int @external tax: Int @requires(fields: "size") }`,
      second:
        'type Query { thing: Thing } type Thing { cup: Cup } type Cup @key(fields: "code") { code: ID size: Int }',
    },
    queries: {
      '{ thing { cup { id size } } }': null,
      '{ thing { cup { tax } } }': 'Query.thing.Thing.cup.Cup.tax',
    },
  },
  'a context gives what the nearest object above has': {
    subgraphs: {
      rooms: `type Query { room: Room hall: Hall shelf: Shelf }
        type Room @context(name: "place") { floor: Int shelf: Shelf }
        type Hall @key(fields: "id") @context(name: "place") { id: ID floor: Int @external shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID label(x: Int @fromContext(field: "$place { floor }")): Int }`,
      floors: 'type Hall @key(fields: "id") { id: ID floor: Int }',
    },
    queries: {
      '{ room { shelf { label } } hall { shelf { label } } }': null,
      '{ shelf { label } }': 'Query.shelf.Shelf.label',
    },
  },
  'the root type of queries may have another name, and occur again below': {
    subgraphs: {
      first: 'schema { query: Root } type Root { one: Int again: Root }',
      second: 'type Query { two: Int }',
    },
    queries: { '{ one two again { two again { one } } }': null },
  },
};

describe.each(Object.entries(cases))('%s', (_, { subgraphs, queries, percentage }) => {
  const check = new Satisfiability(subgraphs, percentage);
  test.each(Object.entries(queries))('%s', (query, missing) => {
    expect(check.missing(query) ?? null).toBe(missing);
  });
});

test('each written query over the small supergraphs can be satisfied', () => {
  for (const { subgraphs, queries } of Object.values(supergraphs)) {
    const check = new Satisfiability(subgraphs);
    const missing = queries.map((query) => [query, check.missing(query)]);
    expect(missing).toEqual(queries.map((query) => [query, undefined]));
  }
});
