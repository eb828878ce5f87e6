/** Operations that the planner can't plan get an error, never a wrong answer. Decision 6 has the list. */
import { expect, test } from 'vitest';
import { createWorld } from '../../../federation/support/subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n';
const failed = {
  errors: [{ message: "The operation can't be planned.", extensions: { code: 'PLANNING_FAILED' } }],
};

test('fields that require something of an entity that is reached by two keys, below one root field', async () => {
  const world = createWorld({
    names: {
      sdl: `${link} type Query { users: [User] } type User @key(fields: "id") @key(fields: "email") { id: ID! email: ID! name: String }`,
    },
    posts: { sdl: `${link} type User @key(fields: "id") { id: ID! friend: User }` },
    tags: {
      sdl: `${link}
        type Query { eldest: User }
        type User @key(fields: "email") { email: ID! name: String @external tag: String @requires(fields: "name") }`,
    },
  });
  expect(await world.ask('{ eldest { tag friend { tag } } }')).toEqual(failed);
  expect(world.requests).toEqual([]);
});

test('a field that requires something and is of an entity, below the same; what else is below it is answered', async () => {
  const person = (id: string) => ({ id, grade: Number(id) });
  const world = createWorld({
    people: {
      sdl: `${link} type Query { person: Person } type Person @key(fields: "id") { id: ID! grade: Int }`,
      resolvers: {
        Query: { person: () => person('1') },
        Person: { __resolveReference: ({ id }: { id: string }) => person(id) },
      },
    },
    pay: {
      sdl: `${link}
        type Person @key(fields: "id") {
          id: ID! grade: Int @external pay: Int @requires(fields: "grade") mentor: Person @requires(fields: "grade")
        }`,
      resolvers: {
        Person: {
          __resolveReference: (of: { grade: number }) => ({
            ...of,
            pay: 100 * of.grade,
            mentor: { id: of.grade + 1 },
          }),
        },
      },
    },
  });
  expect(await world.ask('{ person { mentor { mentor { id } } } }')).toEqual(failed);
  expect(world.requests).toEqual([]);
  expect(await world.ask('{ person { pay mentor { pay grade } } }')).toEqual({
    data: { person: { pay: 100, mentor: { pay: 200, grade: 2 } } },
  });
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
