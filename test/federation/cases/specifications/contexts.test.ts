/** Arguments whose value comes from an object above: `@context` and `@fromContext` of Federation 2.8. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { SubgraphFailure } from '../../../../gateway/executor/index.ts';
import { compose, createWorld, fetchFrom, type Resolvers, worldOf } from '../../support/subgraphs.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@shareable", "@interfaceObject", "@context", "@fromContext"])\n`;

/** Resolves a field to the arguments that it gets, because only the arguments show the value of a context. */
const told = (_: unknown, args: object) => JSON.stringify(args);

/** A library of rooms and halls. The shelves get the floor of the room or hall around them. */
function library(more: { readonly resolvers?: Resolvers; readonly label?: string } = {}) {
  const shelf = (id: string) => ({ id });
  const rooms = [
    { __typename: 'Room', id: 'r1', floor: 1, shelf: shelf('s1'), shelves: [shelf('s1'), shelf('s2')] },
    { __typename: 'Hall', id: 'h1', level: 2, shelf: shelf('s1'), shelves: [shelf('s3'), shelf('s2')] },
    { __typename: 'Room', id: 'r2', floor: 1, shelf: shelf('s3'), shelves: [] },
    { __typename: 'Room', id: 'r3', floor: null, shelf: shelf('s2'), shelves: null },
  ];
  return createWorld({
    rooms: {
      sdl: `${link}
        type Query { room: Room places: [Place] grid: [[Place]] }
        interface Place @context(name: "place") { id: ID! shelf: Shelf shelves: [Shelf] }
        type Room implements Place @key(fields: "id") { id: ID! floor: Int shelf: Shelf shelves: [Shelf] }
        type Hall implements Place @key(fields: "id") { id: ID! level: Int shelf: Shelf shelves: [Shelf] }
        type Shelf @key(fields: "id") {
          id: ID! height: Int
          label(size: Int, floor: Int @fromContext(field: "${more.label ?? '$place ... on Room { floor } ... on Hall { level }'}")): String
        }`,
      resolvers: {
        Query: {
          room: () => rooms[0],
          places: () => rooms,
          grid: () => [rooms.slice(0, 2), null, [rooms[3]]],
        },
        Shelf: { __resolveReference: (shelf: object) => shelf, label: told, height: () => 3 },
      },
    },
    lamps: {
      sdl: `${link} type Shelf @key(fields: "id") { id: ID! lamp: String }`,
      resolvers: { Shelf: { lamp: ({ id }: { id: string }) => `lamp of ${id}` } },
    },
  });
}

test('an argument takes a value of the object above', async () => {
  const world = library();
  expect(await world.ask('{ room { shelf { height label } } }')).toEqual({
    data: { room: { shelf: { height: 3, label: '{"floor":1}' } } },
  });
  expect(world.requests.map(({ operation }) => operation)).toEqual([
    'query{room{floor shelf{height id __typename} __typename}}',
    'query($representations:[_Any!]!$_context_1_floor:Int){_entities(representations:$representations){...on Shelf{label(floor:$_context_1_floor)}}}',
  ]);
});

test('the client gives the other arguments, and reads the value under another name', async () => {
  const world = library();
  const query =
    'query ($size: Int) { room { level: floor shelf { big: label(size: $size) label(size: 2) } } }';
  expect(await world.ask(query, { variables: { size: 7 } })).toEqual({
    data: { room: { level: 1, shelf: { big: '{"size":7,"floor":1}', label: '{"size":2,"floor":1}' } } },
  });
});

test('in lists, and by type, one request has a lookup for each value', async () => {
  const world = library();
  const label = (floor: number | null) => ({ label: `{"floor":${floor}}` });
  expect(await world.ask('{ places { id shelf { label } } grid { shelves { label } } }')).toEqual({
    data: {
      places: [
        { id: 'r1', shelf: label(1) },
        { id: 'h1', shelf: label(2) },
        { id: 'r2', shelf: label(1) },
        { id: 'r3', shelf: label(null) },
      ],
      grid: [
        [{ shelves: [label(1), label(1)] }, { shelves: [label(2), label(2)] }],
        null,
        [{ shelves: null }],
      ],
    },
  });
  expect(world.requests).toHaveLength(2);
  expect(world.requests[1]?.operation.match(/_entities/g)).toHaveLength(5);
});

test('equal objects below different objects stay apart, even if other fields of them are looked up', async () => {
  const world = library();
  const { data } = await world.ask('{ places { shelf { id lamp label } } }');
  expect(data?.places).toEqual([
    { shelf: { id: 's1', lamp: 'lamp of s1', label: '{"floor":1}' } },
    { shelf: { id: 's1', lamp: 'lamp of s1', label: '{"floor":2}' } },
    { shelf: { id: 's3', lamp: 'lamp of s3', label: '{"floor":1}' } },
    { shelf: { id: 's2', lamp: 'lamp of s2', label: '{"floor":null}' } },
  ]);
});

test('if the value fails, the field fails for the same reason', async () => {
  const world = library();
  const { data, errors } = await world.ask('{ room { shelf { height label } } }', {
    fetch: async (request) => {
      const answer = await world.fetch(request);
      return request.operation.includes('room')
        ? {
            data: {
              room: { floor: null, shelf: { height: 3, __typename: 'Shelf', id: 's1' }, __typename: 'Room' },
            },
            errors: [{ message: 'no floor', path: ['room', 'floor'] }],
          }
        : answer;
    },
  });
  expect(data).toEqual({ room: { shelf: { height: 3, label: null } } });
  expect(errors).toMatchObject([{ message: 'no floor', path: ['room', 'shelf', 'label'] }]);
});

test('a lookup that fails fails the field of each value', async () => {
  const world = library();
  const { data, errors } = await world.ask('{ places { shelf { id label } } }', {
    fetch: async (request) => {
      if (request.operation.includes('_entities')) {
        throw new SubgraphFailure('rooms', 'SUBGRAPH_TIMEOUT');
      }
      return world.fetch(request);
    },
  });
  expect(data?.places).toHaveLength(4);
  expect(errors?.map(({ path }) => path)).toEqual([0, 1, 2, 3].map((at) => ['places', at, 'shelf', 'label']));
});

test('a value that another subgraph has, with a key of its own', async () => {
  const floors = { r1: { number: 4, __typename: 'Floor' } };
  const world = createWorld({
    rooms: {
      sdl: `${link}
        type Query { room: Room }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Floor @external shelf: Shelf }
        type Floor { number: Int @external }
        type Shelf @key(fields: "id") {
          id: ID! label(floor: Int @fromContext(field: "$room { floor { number } }")): String
        }`,
      resolvers: {
        Query: { room: () => ({ id: 'r1', shelf: { id: 's1' } }) },
        Shelf: { __resolveReference: (shelf: object) => shelf, label: told },
      },
    },
    floors: {
      sdl: `${link} type Room @key(fields: "id") { id: ID! floor: Floor } type Floor { number: Int }`,
      resolvers: { Room: { floor: () => floors.r1 } },
    },
  });
  expect(await world.ask('{ room { shelf { label } } }')).toEqual({
    data: { room: { shelf: { label: '{"floor":4}' } } },
  });
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['rooms', 'floors', 'rooms']);
});

test('several contexts, of several objects above; the nearest one counts', async () => {
  const world = createWorld({
    tree: {
      sdl: `${link}
        type Query @context(name: "root") { me: User branch: Branch }
        type User @key(fields: "id") { id: ID! locale: String }
        type Branch @key(fields: "id") @context(name: "branch") { id: ID! name: String tags: [Tag] branch: Branch leaf: Leaf twig: Twig }
        type Twig { leaf: Leaf }
        type Leaf @key(fields: "id") {
          id: ID!
          told(
            locale: String @fromContext(field: "$root { me { locale } }")
            name: String @fromContext(field: "$branch { name }")
            tags: [String] @fromContext(field: "$branch { tags { text } }")
          ): String
        }
          type Tag { text: String }`,
      resolvers: {
        Query: {
          me: () => ({ id: 'u', locale: 'et' }),
          branch: () => ({ id: 'a', name: 'A', tags: [{ text: 'x' }, null] }),
        },
        Branch: {
          branch: () => ({ id: 'b', name: 'B', tags: null }),
          leaf: () => ({ id: 'l' }),
          twig: () => ({ leaf: { id: 'l' } }),
        },
        Leaf: { __resolveReference: (leaf: object) => leaf, told },
      },
    },
    other: { sdl: `${link} type Query { other: Int } type Leaf @key(fields: "id") { id: ID! size: Int }` },
  });
  const told1 = '{"locale":"et","name":"A","tags":["x",null]}';
  const told2 = '{"locale":"et","name":"B","tags":null}';
  const query =
    '{ branch { leaf { told } twig { leaf { ...F } } branch { leaf { told } } } } fragment F on Leaf { told }';
  expect(await world.ask(query)).toEqual({
    data: {
      branch: { leaf: { told: told1 }, twig: { leaf: { told: told1 } }, branch: { leaf: { told: told2 } } },
    },
  });
});

test('an object that does not set the context leaves it to the object above', async () => {
  const shelf = { id: 's' };
  const world = createWorld({
    places: {
      sdl: `${link}
        type Query { library: Library }
        type Library @key(fields: "id") @context(name: "place") { id: ID! name: String places: [Place] }
        union Place = Room | Box
        type Room @key(fields: "id") @context(name: "place") { id: ID! name: String shelf: Shelf }
        type Box @key(fields: "id") { id: ID! name: String shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! label(name: String @fromContext(field: "$place { name }")): String }`,
      resolvers: {
        Query: {
          library: () => ({
            id: 'l',
            name: 'library',
            places: [
              { __typename: 'Room', id: 'r', name: 'room', shelf },
              { __typename: 'Box', id: 'b', name: 'box', shelf },
            ],
          }),
        },
        Shelf: { __resolveReference: (reference: object) => reference, label: told },
      },
    },
    lamps: { sdl: `${link} type Shelf @key(fields: "id") { id: ID! lamp: String }` },
  });
  const query = '{ library { places { ... on Room { shelf { label } } ... on Box { shelf { label } } } } }';
  expect(await world.ask(query)).toEqual({
    data: {
      library: {
        places: [{ shelf: { label: '{"name":"room"}' } }, { shelf: { label: '{"name":"library"}' } }],
      },
    },
  });
});

test('a field that requires one with a value of a context', async () => {
  const world = createWorld({
    rooms: {
      sdl: `${link}
        type Query { room: Room }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Int shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int @fromContext(field: "$room { floor }")): String }`,
      resolvers: {
        Query: { room: () => ({ id: 'r1', floor: 5, shelf: { id: 's1' } }) },
        Shelf: { __resolveReference: (shelf: object) => shelf, label: told },
      },
    },
    tags: {
      sdl: `${link}
        type Room @key(fields: "id") {
          id: ID! shelf: Shelf @external tag: String @requires(fields: "shelf { label }")
        }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int): String @external }`,
      resolvers: { Room: { tag: ({ shelf }: { shelf: { label: string } }) => `tag of ${shelf.label}` } },
    },
  });
  expect(await world.ask('{ room { tag } }')).toEqual({ data: { room: { tag: 'tag of {"floor":5}' } } });
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['rooms', 'rooms', 'tags']);
});

test('of an @interfaceObject, only the types that set the context give its value', async () => {
  const places = [
    { __typename: 'Room', id: 'r' },
    { __typename: 'Yard', id: 'y' },
  ];
  const subgraphs = {
    signs: {
      sdl: `${link}
        type Query { places: [Place] }
        type Place @interfaceObject @key(fields: "id") { id: ID! shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { places: () => places.map(({ id }) => ({ __typename: 'Place', id })) },
        Place: { __resolveReference: (place: object) => place, shelf: () => ({ id: 's' }) },
      },
    },
    rooms: {
      sdl: `${link}
        interface Place @key(fields: "id") { id: ID! }
        type Room implements Place @key(fields: "id") @context(name: "room") { id: ID! }
        type Yard implements Place @key(fields: "id") { id: ID! }
        type Shelf @key(fields: "id") { id: ID! label(room: ID @fromContext(field: "$room { id }")): String }`,
      resolvers: {
        Place: { __resolveReference: ({ id }: { id: string }) => places.find((place) => place.id === id) },
        Shelf: { __resolveReference: (shelf: object) => shelf, label: told },
      },
    },
  };
  const engine = createEngine(compose(subgraphs, { isUnproved: true }));
  const { ask } = worldOf(engine, fetchFrom(subgraphs));
  expect(await ask('{ places { ... on Room { shelf { label } } } }')).toEqual({
    data: { places: [{ shelf: { label: '{"room":"r"}' } }, {}] },
  });
  // Above the shelf in a yard, nothing sets the context.
  for (const query of ['{ places { shelf { label } } }', '{ places { ... on Yard { shelf { label } } } }']) {
    expect((await ask(query)).errors).toMatchObject([{ extensions: { code: 'PLANNING_FAILED' } }]);
  }
});

test('more values than one request asks for', async () => {
  const world = createWorld({
    rooms: {
      sdl: `${link}
        type Query { rooms: [Room] }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Int shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int @fromContext(field: "$room { floor }")): String }`,
      resolvers: {
        Query: {
          rooms: () => Array.from({ length: 250 }, (_, floor) => ({ id: floor, floor, shelf: { id: 's' } })),
        },
        Shelf: { __resolveReference: (shelf: object) => shelf, label: told },
      },
    },
    lamps: { sdl: `${link} type Shelf @key(fields: "id") { id: ID! lamp: String }` },
  });
  const { data } = await world.ask('{ rooms { shelf { label } } }');
  expect(data?.rooms).toEqual(
    Array.from({ length: 250 }, (_, floor) => ({ shelf: { label: `{"floor":${floor}}` } })),
  );
  expect(world.requests).toHaveLength(4);
});
