/**
 * The root fields of a mutation run serially. Each runs with all fetches below it (GraphQL specification, section
 * 6.2.2).
 */
import { describe, expect, test } from 'vitest';
import { createWorld, link } from '../support/subgraphs.ts';

describe('mutations', () => {
  const subgraphs = {
    one: {
      sdl: `${link} type Query { q: Int } type Mutation { a(n: Int): T b(n: Int): T } type T @key(fields: "id") { id: ID! }`,
    },
    two: { sdl: `${link} type Mutation { c(n: Int): T } type T @key(fields: "id") { id: ID! slow: Int }` },
  };

  test('root fields run one after the other, each with all fetches below it', async () => {
    const log: string[] = [];
    const world = createWorld(subgraphs, async ({ subgraph, operation, variables }) => {
      const called = /[abc]\(/.exec(operation)?.[0] ?? JSON.stringify(variables);
      log.push(`begin ${subgraph} ${called}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`end ${subgraph} ${called}`);
      const key = /\{\s*(?:(\w+):\s*)?([abc])\(/.exec(operation);
      return operation.includes('_entities')
        ? { data: { _entities: [{ slow: 1 }] } }
        : {
            data: {
              [key?.[1] ?? key?.[2] ?? '']: {
                __typename: 'T',
                id: '1',
                ...(subgraph === 'two' && { slow: 1 }),
              },
            },
          };
    });
    const answer = await world.ask('mutation { x: a(n: 1) { slow } c(n: 2) { slow } y: a(n: 1) { id } }');
    expect(JSON.stringify(answer.data)).toBe('{"x":{"slow":1},"c":{"slow":1},"y":{"id":"1"}}');
    for (const [index, line] of log.entries()) {
      expect(line.startsWith(index % 2 === 0 ? 'begin' : 'end'), log.join('\n')).toBe(true);
    }
    expect(log.filter((line) => line.includes('a('))).toHaveLength(4);
  });

  describe('of one subgraph that are neighbours', () => {
    const counting = (sdl = '') => {
      let count = 0;
      const log: string[] = [];
      const called = (name: string) => () => {
        count++;
        log.push(name);
        return name === 'fails' ? Promise.reject(new Error('It fails.')) : { id: '1', count };
      };
      const names = ['a', 'b', 'c', 'fails'];
      const Mutation = Object.fromEntries(names.map((name) => [name, called(name)]));
      const T = { slow: () => count, __resolveReference: (key: object) => key };
      const world = createWorld({
        one: {
          sdl: `${link} type Query { q: Int } type Mutation { a: T b: T fails: T ${sdl} }
            type T @key(fields: "id") { id: ID! count: Int }`,
          resolvers: { Mutation },
        },
        two: {
          sdl: `${link} type Mutation { c: T } type T @key(fields: "id") { id: ID! slow: Int }`,
          resolvers: { Mutation, T },
        },
      });
      return { ...world, log };
    };

    test('are one request, in which they run in order', async () => {
      const { ask, requests, log } = counting();
      expect(
        await ask('mutation { b { count } x: a { count } y: a { count } c { id } z: a { count } }'),
      ).toEqual({
        data: { b: { count: 1 }, x: { count: 2 }, y: { count: 3 }, c: { id: '1' }, z: { count: 5 } },
      });
      expect(log).toEqual(['b', 'a', 'a', 'c', 'a']);
      expect(requests.map(({ subgraph }) => subgraph)).toEqual(['one', 'two', 'one']);
    });

    test('are fetched apart if another subgraph is asked for something below the first one', async () => {
      const { ask, requests } = counting();
      expect(await ask('mutation { a { count } x: a { slow } y: a { slow } }')).toEqual({
        data: { a: { count: 1 }, x: { slow: 2 }, y: { slow: 3 } },
      });
      expect(requests.map(({ subgraph }) => subgraph)).toEqual(['one', 'two', 'one', 'two']);
    });

    test('run although one before them fails', async () => {
      const { ask, requests } = counting();
      const { data, errors } = await ask('mutation { fails { id } a { count } }');
      expect(data).toEqual({ fails: null, a: { count: 2 } });
      expect(errors).toMatchObject([{ message: 'It fails.', path: ['fails'] }]);
      expect(requests).toHaveLength(1);
    });
  });

  test('a field that is nullable for clients, and not in its subgraph, takes no other field with it', async () => {
    const { ask, requests } = createWorld({
      one: {
        sdl: `${link} type Query { q: Int } type Mutation { fails: Int! @shareable a: Int }`,
        resolvers: { Mutation: { fails: () => Promise.reject(new Error('It fails.')), a: () => 1 } },
      },
      two: { sdl: `${link} type Mutation { fails: Int @shareable }` },
    });
    const { data } = await ask('mutation { a fails }');
    expect(data).toEqual({ a: 1, fails: null });
    expect(requests.map(({ subgraph }) => subgraph)).toEqual(['one', 'one']);
  });
});
