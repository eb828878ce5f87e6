/**
 * Fields with @requires. Some are below another field with @requires. Others are on entities that are looked up by
 * different keys.
 */
import { expect, test } from 'vitest';
import { createWorld, link } from '../support/subgraphs.ts';

const users = [1, 2].map((n) => ({ id: `u${n}`, email: `u${n}@x.test`, name: `User ${n}` }));
const [first, second] = users;
const found = ({ id, email }: { id?: string; email?: string }) =>
  users.find((user) => user.id === id || user.email === email) ?? null;

test('an entity is looked up by two keys along two paths, and both get the field that requires something', async () => {
  const world = createWorld({
    names: {
      sdl: `${link} type Query { users: [User] } type User @key(fields: "id") @key(fields: "email") { id: ID! email: ID! name: String }`,
      resolvers: { User: { __resolveReference: found } },
    },
    posts: {
      sdl: `${link} type User @key(fields: "id") { id: ID! friend: User }`,
      resolvers: { User: { friend: () => ({ id: second?.id }) } },
    },
    tags: {
      sdl: `${link}
        type Query { eldest: User }
        type User @key(fields: "email") { email: ID! name: String @external tag: String @requires(fields: "name") }`,
      resolvers: {
        Query: { eldest: () => ({ email: first?.email }) },
        User: { tag: ({ name }: { name: string }) => `#${name}` },
      },
    },
  });
  expect(await world.ask('{ eldest { tag friend { tag } } }')).toEqual({
    data: { eldest: { tag: '#User 1', friend: { tag: '#User 2' } } },
  });
});

test('a field that requires something leads to an entity with the same field', async () => {
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
  expect(await world.ask('{ person { mentor { mentor { id pay } } } }')).toEqual({
    data: { person: { mentor: { mentor: { id: '3', pay: 300 } } } },
  });
  expect(await world.ask('{ person { pay mentor { pay grade } } }')).toEqual({
    data: { person: { pay: 100, mentor: { pay: 200, grade: 2 } } },
  });
});
