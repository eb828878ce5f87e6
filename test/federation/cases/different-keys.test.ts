/** A subgraph looks up entities by two keys. A representation of an entity that has both keys contains one of them. */
import { expect, test } from 'vitest';
import { createWorld, fetchFrom, link } from '../support/subgraphs.ts';

// The ISNI of the second author equals the id of the first. A gateway that compares only values mixes the authors up.
const authors = [
  { id: '1', isni: '7', name: 'Ann' },
  { id: '2', isni: '1', name: 'Ben' },
];
const [ann, ben] = authors;

const subgraphs = {
  works: {
    sdl: `${link}
      type Query { works: [Work!]! }
      union Work = Book | Film
      type Book { author: Author }
      type Film { author: Author @provides(fields: "id") }
      type Author @key(fields: "isni") { isni: ID! id: ID! @external }`,
    resolvers: {
      Query: {
        works: () => [
          { __typename: 'Book', author: ann },
          { __typename: 'Film', author: ann },
          { __typename: 'Book', author: ben },
        ],
      },
    },
  },
  people: {
    sdl: `${link}
      type Author @key(fields: "id") @key(fields: "isni") { id: ID! isni: ID! name: String }`,
    resolvers: {
      Author: {
        __resolveReference: ({ id, isni }: { id?: string; isni: string }) =>
          id === undefined ? authors.find((one) => one.isni === isni) : authors.find((one) => one.id === id),
      },
    },
  },
};

test('entities along different paths may be looked up by different keys', async () => {
  const representations: unknown[] = [];
  const fetch = fetchFrom(subgraphs);
  const world = createWorld(subgraphs, (request) => {
    if (request.subgraph === 'people') {
      representations.push(...Object.values(request.variables ?? {}).flat());
    }
    return fetch(request);
  });
  const answer = await world.ask(
    '{ works { ... on Book { author { id name } } ... on Film { author { id isni name } } } }',
  );
  expect(answer).toEqual({
    data: {
      works: [
        { author: { id: '1', name: 'Ann' } },
        { author: { id: '1', isni: '7', name: 'Ann' } },
        { author: { id: '2', name: 'Ben' } },
      ],
    },
  });
  // Each author is looked up by the first key that can be resolved. At the film, this is `id`, which is provided.
  expect(representations).toEqual([
    { __typename: 'Author', isni: '7' },
    { __typename: 'Author', isni: '1' },
    { __typename: 'Author', id: '1' },
  ]);
});
