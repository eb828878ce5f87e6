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
});
