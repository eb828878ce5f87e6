/** @interfaceObject: a subgraph that knows an interface, but not the types of its objects. */
import { describe, expect, test } from 'vitest';
import { anonymous } from '../../../gateway/access/caller.ts';
import { createDenials } from '../../../gateway/access/guards.ts';
import {
  type DataObject,
  federation2,
  federation2Link,
  read,
  subgraphsOf,
} from '../supergraphs/supergraph.ts';
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

test('an object whose type nobody can tell is not sent to a subgraph that does not know the interface', async () => {
  const cups = ['1', '2'].map((id) => ({ __typename: 'Cup', id, size: Number(id) }));
  const { ask, requests } = createWorld({
    likes: {
      sdl: federation2`
        type Query { things: [Thing] }
        type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
      resolvers: { Query: { things: () => cups } },
    },
    things: {
      sdl: federation2`
        interface Thing @key(fields: "id") { id: ID! name: String! }
        type Cup implements Thing @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Thing: { __resolveReference: ({ id }: DataObject) => ({ __typename: 'Cup', id }) },
        Cup: { name: ({ id }: DataObject) => (id === '1' ? null : 'Cup two') },
      },
    },
    sizes: {
      sdl: federation2`type Cup @key(fields: "id") { id: ID! size: Int }`,
      resolvers: { Cup: { __resolveReference: ({ id }: DataObject) => cups.find((cup) => cup.id === id) } },
    },
  });
  const answer = await ask('{ things { likes ... on Cup { name size } } }');
  expect(answer.data).toEqual({ things: [null, { likes: null, name: 'Cup two', size: 2 }] });
  expect(answer.errors).toHaveLength(1);
  expect(requests.at(-1)?.variables).toEqual({ representations: [{ __typename: 'Cup', id: '2' }] });
});

test('an object whose type is not known yet is looked up by each subgraph that knows the interface', async () => {
  const cups = ['1', '2'].map((id) => ({ __typename: 'Cup', id, name: `Cup ${id}`, size: Number(id) }));
  const of = (field: string) => ({
    sdl: `${federation2Link}
      interface Thing @key(fields: "id") { id: ID! }
      type Cup implements Thing @key(fields: "id") { id: ID! ${field} }`,
    resolvers: {
      Thing: { __resolveReference: ({ id }: DataObject) => cups.find((cup) => cup.id === id) },
    },
  });
  const { ask } = createWorld({
    likes: {
      sdl: federation2`
        type Query { things: [Thing] }
        type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
      resolvers: { Query: { things: () => cups } },
    },
    names: of('name: String'),
    sizes: of('size: Int'),
  });
  expect(await ask('{ things { ... on Cup { name size } } }')).toEqual({
    data: {
      things: [
        { name: 'Cup 1', size: 1 },
        { name: 'Cup 2', size: 2 },
      ],
    },
  });
});

test('an error of a field that the client selected on another type is an error of the object', async () => {
  const things = [
    { __typename: 'Cup', id: 'c' },
    { __typename: 'Pot', id: 'p' },
  ];
  const { ask } = createWorld({
    likes: {
      sdl: federation2`
        type Query { things: [Thing] }
        type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
      resolvers: {
        Query: { things: () => things },
        Thing: { likes: ({ id }: DataObject) => (id === 'p' ? Promise.reject(new Error('Lost.')) : 3) },
      },
    },
    things: {
      sdl: federation2`
        interface Thing @key(fields: "id") { id: ID! }
        type Cup implements Thing @key(fields: "id") { id: ID! }
        type Pot implements Thing @key(fields: "id") { id: ID! }`,
      resolvers: {
        Thing: { __resolveReference: ({ id }: DataObject) => things.find((thing) => thing.id === id) },
      },
    },
  });
  const answer = await ask('{ things { __typename ... on Cup { likes } } }');
  expect(answer.data).toEqual({ things: [{ __typename: 'Cup', likes: 3 }, { __typename: 'Pot' }] });
  expect(answer.errors).toMatchObject([{ message: 'Lost.', path: ['things', 1] }]);
});

describe('an interface without object types', () => {
  const thing = { id: '1', likes: 3, secret: 's' };
  const likes = {
    sdl: federation2`
      type Query { thing: Thing things: [Thing!]! }
      type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int secret: String @authenticated }`,
    resolvers: { Query: { thing: () => thing, things: () => [thing, thing] } },
  };
  const thingsWith = (key: string) => ({
    sdl: `${federation2Link}
      type Query { nothing: Thing } interface Thing @key(fields: "id"${key}) { id: ID! name: String }`,
  });

  test.each(['', ', resolvable: false'])(
    'is answered as the subgraphs say, with the key "id"%s',
    async (key) => {
      const { ask } = createWorld({ things: thingsWith(key), likes });
      expect(
        await ask('{ thing { id likes __typename ... on Thing { sum: likes } } nothing { id likes } }'),
      ).toEqual({
        data: { thing: { id: '1', likes: 3, __typename: 'Thing', sum: 3 }, nothing: null },
      });
      expect(await ask('{ things { likes } }')).toEqual({ data: { things: [{ likes: 3 }, { likes: 3 }] } });
    },
  );

  test('is looked up only as an @interfaceObject, because no server has it as an entity', async () => {
    const cup = { __typename: 'Cup', id: 'c', size: 3 };
    const { ask, requests } = createWorld({
      things: {
        sdl: `${thingsWith('').sdl} type Cup @key(fields: "id") { id: ID! size: Int }`,
        resolvers: { Cup: { __resolveReference: () => cup } },
      },
      likes: {
        sdl: federation2`
          type Query { thing: Thing cup: Cup }
          type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int }
          type Cup @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { thing: () => thing, cup: () => cup } },
      },
      marks: {
        sdl: federation2`type Thing @interfaceObject @key(fields: "id") { id: ID! mark: Int }`,
        resolvers: { Thing: { __resolveReference: () => ({ mark: 2 }) } },
      },
    });
    const answer = await ask('{ thing { likes name mark } cup { size } }');
    expect(answer.data).toEqual({ thing: { likes: 3, name: null, mark: 2 }, cup: { size: 3 } });
    expect(answer.errors).toMatchObject([
      { message: 'No subgraph answered Thing.name.', path: ['thing', 'name'] },
    ]);
    expect(requests.map(({ subgraph }) => subgraph).sort()).toEqual(['likes', 'marks', 'things']);
  });

  test('keeps the guards of its fields', async () => {
    const { ask, engine } = createWorld({ things: thingsWith(''), likes });
    const denied = createDenials(engine.requirements)(anonymous);
    expect(await ask('{ thing { likes secret } }', { denied })).toEqual({
      data: { thing: { likes: 3, secret: null } },
      errors: [
        {
          message: 'Sign in first.',
          path: ['thing', 'secret'],
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  test('of which only other subgraphs know types is null', async () => {
    const cup = { __typename: 'Cup', id: 'c' };
    const { ask, requests } = createWorld({
      // This subgraph knows no type of the interface, so it can only answer null.
      early: {
        sdl: federation2`
          type Query { early: Thing shared: Thing @shareable }
          interface Thing { id: ID! }`,
      },
      things: {
        sdl: federation2`
          type Query { shared: Thing @shareable }
          interface Thing { id: ID! }
          type Cup implements Thing { id: ID! size: Int }`,
        resolvers: { Query: { shared: () => cup } },
      },
    });
    expect(await ask('{ early { id ... on Cup { size } } }')).toEqual({ data: { early: null } });
    expect(await ask('{ shared { id } }')).toEqual({ data: { shared: { id: 'c' } } });
    expect(requests.map(({ subgraph }) => subgraph)).toEqual(['things']);
  });
});
