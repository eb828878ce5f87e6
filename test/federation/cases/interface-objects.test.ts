/** @interfaceObject: a subgraph that knows an interface, but not the types of its objects. */
import { expect, test } from 'vitest';
import { type DataObject, federation2, read, subgraphsOf } from '../supergraphs/supergraph.ts';
import { createWorld } from '../support/subgraphs.ts';

const maker: DataObject = { __typename: 'Maker', id: 'm', name: 'Ann' };
const cup: DataObject = { __typename: 'Cup', id: 'c', size: 3, price: 7, maker, seller: maker };
/** Cups and pots need different plans, because *sizes* has only cups. */
const world = createWorld(
  subgraphsOf({
    subgraphs: {
      shop: federation2`
        type Query { best: Thing }
        type Thing @interfaceObject @key(fields: "id") { id: ID! seller: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      things: federation2`
        interface Thing @key(fields: "id") { id: ID! maker: Maker }
        type Cup implements Thing @key(fields: "id") { id: ID! maker: Maker }
        type Pot implements Thing @key(fields: "id") { id: ID! maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      prices: federation2`type Thing @interfaceObject @key(fields: "id") { id: ID! price: Int }`,
      makers: federation2`type Maker @key(fields: "id") { id: ID! name: String }`,
      sizes: federation2`type Cup @key(fields: "id") { id: ID! size: Int }`,
    },
    entities: [cup, maker],
    root: { best: () => cup },
  }),
);

test('the lookup that tells the types of objects is asked for them, if what follows depends on them', async () => {
  expect(await world.ask('{ best { maker { name } } }')).toEqual({
    data: { best: { maker: { name: 'Ann' } } },
  });
});

test('what follows from its own fields does not depend on types that it does not know', async () => {
  expect(await world.ask('{ best { __typename seller { name } } }')).toEqual({
    data: { best: { __typename: 'Cup', seller: { name: 'Ann' } } },
  });
  expect(world.requests.map(({ subgraph }) => subgraph).sort()).toEqual(['makers', 'shop', 'things']);
});

test('the types of objects are not asked for if another @interfaceObject has a field of all of them', async () => {
  expect(await world.ask('{ best { price } }')).toEqual({ data: { best: { price: 7 } } });
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['shop', 'prices']);
});

test('a lookup that tells the type of an object meets no requirement of that type', async () => {
  const jug: DataObject = {
    __typename: 'Jug',
    id: 'j',
    shape: { sides: 4 },
    price(this: DataObject) {
      return 10 * Number(Reflect.get(Object(read(this, 'shape')), 'sides'));
    },
  };
  const jugs = createWorld(
    subgraphsOf({
      subgraphs: {
        shop: federation2`
          type Query { best: Thing }
          type Thing @interfaceObject @key(fields: "id") { id: ID! seller: ID }`,
        things: federation2`
          interface Thing @key(fields: "id") { id: ID! }
          type Jug implements Thing @key(fields: "id") {
            id: ID! shape: Shape @external price: Int @requires(fields: "shape { sides }")
          }
          type Shape @shareable { sides: Int }`,
        shapes: federation2`
          type Jug @key(fields: "id") { id: ID! shape: Shape }
          type Shape @shareable { sides: Int }`,
      },
      entities: [jug],
      root: { best: () => jug },
    }),
  );
  expect(await jugs.ask('{ best { ... on Jug { price } } }')).toEqual({ data: { best: { price: 40 } } });
});
