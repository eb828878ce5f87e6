/** If a subgraph does not know an entity, the fields that only this subgraph has are null, without an error. */
import { expect, test } from 'vitest';
import { createWorld, link } from '../support/subgraphs.ts';

const box = {
  id: '1',
  parts: [[{ name: 'a' }, null], null, [{ name: 'b' }]],
  lid: { name: 'c' },
  more: [{ name: 'd' }],
};

function worldWhere(sized: unknown) {
  return createWorld({
    names: {
      sdl: `${link}
        type Query { box: Box }
        type Box @key(fields: "id") { id: ID! parts: [[Part]] @shareable lid: Part @shareable more: [Part!] @shareable }
        type Part { name: String! }`,
      resolvers: { Query: { box: () => box } },
    },
    sizes: {
      sdl: `${link}
        type Box @key(fields: "id") { id: ID! parts: [[Part]] @shareable lid: Part @shareable more: [Part!] @shareable }
        type Part { size: Int }`,
      resolvers: { Box: { __resolveReference: () => sized } },
    },
  });
}

test.each([
  ['does not know it', null],
  ['answers null for its lists and objects', { id: '1', parts: null, lid: null, more: null }],
])('the fields are null if the subgraph %s', async (_, sized) => {
  const query = '{ box { parts { name size } lid { name s: size } more { name size } } }';
  expect(await worldWhere(sized).ask(query)).toEqual({
    data: {
      box: {
        parts: [[{ name: 'a', size: null }, null], null, [{ name: 'b', size: null }]],
        lid: { name: 'c', s: null },
        more: [{ name: 'd', size: null }],
      },
    },
  });
});

test('a list of another length is ignored, and its missing fields have an error', async () => {
  const { data, errors } = await worldWhere({ id: '1', parts: [], lid: { size: 3 }, more: [] }).ask(
    '{ box { lid { name size } more { name size } } }',
  );
  expect(data).toEqual({ box: { lid: { name: 'c', size: 3 }, more: [{ name: 'd', size: null }] } });
  expect(errors).toMatchObject([
    { path: ['box', 'more', 0, 'size'], extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } },
  ]);
});
