/** What the planner can't do, and so an error: never a wrong answer. Decision 6 has the list. */
import { expect, test } from 'vitest';
import { createWorld } from './subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n';
const failed = {
  errors: [{ message: "The operation can't be planned.", extensions: { code: 'PLANNING_FAILED' } }],
};

test('a field that requires what is behind two keys of an entity reached by a third', async () => {
  const world = createWorld({
    start: { sdl: `${link} type Query { product: Product } type Product @key(fields: "c") { c: ID! }` },
    keys: {
      sdl: `${link} type Product @key(fields: "a") @key(fields: "b") @key(fields: "c") { a: ID! b: ID! c: ID! }`,
    },
    first: { sdl: `${link} type Product @key(fields: "a") { a: ID! one: Int }` },
    second: { sdl: `${link} type Product @key(fields: "b") { b: ID! two: Int }` },
    both: {
      sdl: `${link} type Product @key(fields: "a") {
        a: ID! one: Int @external two: Int @external sum: Int @requires(fields: "one two")
      }`,
    },
  });
  expect(await world.ask('{ product { sum } }')).toEqual(failed);
  expect(world.requests).toEqual([]);
});

test('a field whose argument comes from a context', async () => {
  const world = createWorld({
    rooms: {
      sdl: `${link}
        type Query { room: Room }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Int! shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int @fromContext(field: "$room { floor }")): String height: Int }`,
      resolvers: { Query: { room: () => ({ id: '1', shelf: { id: '2', height: 3 } }) } },
    },
    lamps: { sdl: `${link} type Shelf @key(fields: "id") { id: ID! lamp: Int }` },
  });
  expect(await world.ask('{ room { shelf { label } } }')).toEqual(failed);
  expect(world.requests).toEqual([]);
  expect(await world.ask('{ room { shelf { height } } }')).toEqual({
    data: { room: { shelf: { height: 3 } } },
  });
});
