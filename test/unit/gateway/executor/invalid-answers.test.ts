import { describe, expect, test } from 'vitest';
import type { SubgraphResponse } from '../../../../gateway/executor/index.ts';
import { market } from '../../../federation/market/market.ts';
import { createWorld } from '../../../federation/support/subgraphs.ts';
import { ask } from './canned.ts';

describe('a value that the schema does not allow is null with an error', () => {
  const code = 'SUBGRAPH_INVALID_RESPONSE';
  test.each([
    [
      'an unknown enum value',
      '{ me { credentials { status } } }',
      { me: { credentials: [{ status: 'NOPE' }] } },
      { me: { credentials: [{ status: null }] } },
      ['me', 'credentials', 0, 'status'],
    ],
    ['a scalar for an object', '{ me { credentials { status } } }', { me: 7 }, { me: null }, ['me']],
    [
      'an object for a list',
      '{ me { credentials { status } } }',
      { me: { credentials: {} } },
      { me: { credentials: null } },
      ['me', 'credentials'],
    ],
    [
      'an object for a leaf',
      '{ me { libraryCardNumber } }',
      { me: { libraryCardNumber: {} } },
      { me: { libraryCardNumber: null } },
      ['me', 'libraryCardNumber'],
    ],
    [
      'null for a non-null field',
      '{ me { credentials { libraryCardNumber } } }',
      { me: { credentials: [{ libraryCardNumber: null }] } },
      { me: { credentials: null } },
      ['me', 'credentials', 0, 'libraryCardNumber'],
    ],
    [
      'an unknown type',
      '{ me { credentials { ... on SmartIdCard { dateOfIssue } } } }',
      { me: { credentials: [{ __typename: 'Ghost' }] } },
      { me: { credentials: null } },
      ['me', 'credentials', 0],
    ],
    [
      'a missing field',
      '{ me { credentials { status } } }',
      { me: { credentials: [{}] } },
      { me: { credentials: [{ status: null }] } },
      ['me', 'credentials', 0, 'status'],
    ],
    [
      'a list behind the key __proto__, which is not read',
      '{ me { credentials { status } } }',
      JSON.parse('{"me":{"__proto__":{"credentials":[]},"credentials":null}}'),
      { me: { credentials: null } },
      null,
    ],
  ])('%s', async (_, query, data, expected, path) => {
    const answer = await ask(query, { credentials: { data } });
    expect(answer.data).toEqual(expected);
    expect(answer.errors?.map((error) => [error.path, error.extensions?.code])).toEqual(
      path === null ? undefined : [[path, code]],
    );
    expect(JSON.stringify(answer)).not.toMatch(/NOPE|Ghost/);
  });

  test('a response that is not a GraphQL response nulls all fields of the fetch', async () => {
    for (const nonsense of [
      {},
      { data: [] },
      { data: 'x' },
      { data: null },
    ] as unknown as SubgraphResponse[]) {
      const answer = await ask('{ me { libraryCardNumber } }', { credentials: nonsense });
      expect(answer.data).toEqual({ me: null });
      expect(answer.errors?.map((error) => [error.path, error.extensions?.code])).toEqual([[['me'], code]]);
    }
  });
});

describe('lists, interfaces and inaccessible values', () => {
  const invalid = async (query: string, data: Record<string, unknown>) => {
    const answer = await createWorld(market, async () => ({ data: structuredClone(data) })).ask(query);
    return [answer.data, answer.errors?.map(({ path, extensions }) => [path, extensions?.code])];
  };
  const code = 'SUBGRAPH_INVALID_RESPONSE';
  test.each([
    [
      'an inaccessible enum value',
      '{ products { kind } }',
      { products: [{ kind: 'A' }, { kind: 'B' }] },
      { products: [{ kind: 'A' }, { kind: null }] },
      ['products', 1, 'kind'],
    ],
    [
      'a null item in a non-null list of non-null items',
      '{ products { id } }',
      { products: [{ id: 'p1' }, null] },
      null,
      ['products', 1],
    ],
    [
      'a list for an object',
      '{ products { dims { w } } }',
      { products: [{ dims: [{ w: 1 }] }] },
      { products: [{ dims: null }] },
      ['products', 0, 'dims'],
    ],
    [
      'an object for a list in a list of lists',
      '{ products { grid { id } } }',
      { products: [{ grid: [{ id: 'p1' }, [{ id: 'p2' }]] }] },
      { products: [{ grid: [null, [{ id: 'p2' }]] }] },
      ['products', 0, 'grid', 0],
    ],
    [
      'a list of lists for a list',
      '{ products { tags } }',
      { products: [{ tags: [['x'], 'y'] }] },
      { products: [{ tags: [null, 'y'] }] },
      ['products', 0, 'tags', 0],
    ],
    [
      'a fraction for an integer',
      '{ products { weight: name dims { h } } }',
      { products: [{ _4_name_weight: 'x', dims: { h: 1.5 } }] },
      { products: [{ weight: 'x', dims: { h: null } }] },
      ['products', 0, 'dims', 'h'],
    ],
    [
      'an object of an interface without __typename',
      '{ media { title ... on Book { pages } } }',
      { media: [{ title: 'x' }] },
      { media: null },
      ['media', 0],
    ],
    [
      'an object of a union with another type',
      '{ search { ... on Book { pages } } }',
      { search: [{ __typename: 'Maker' }, { __typename: 'Person' }] },
      { search: [{}, null] },
      ['search', 1],
    ],
  ])('%s', async (_, query, data, expected, path) => {
    expect(await invalid(query, data)).toEqual([expected, [[path, code]]]);
  });
});
