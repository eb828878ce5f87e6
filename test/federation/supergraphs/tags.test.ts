/** Clients get tagged fields and types, but don't see their tags. */
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { compose, createWorld } from '../support/subgraphs.ts';
import { tagged } from './rest.ts';
import { subgraphsOf } from './supergraph.ts';

test('introspection shows what is tagged, but neither @tag nor the names of tags', async () => {
  const subgraphs = subgraphsOf(tagged);
  const supergraph = compose(subgraphs);
  expect(supergraph).toContain('directive @tag(');
  expect(supergraph.match(/@tag\(name: "secret-tag"\)/g)?.length).toBeGreaterThan(15);

  const { data } = await createWorld(subgraphs).ask(
    getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true }),
  );
  const { __schema } = data as unknown as IntrospectionQuery;
  expect(JSON.stringify(data)).not.toMatch(/\btag(__|\b)/);
  expect(__schema.directives.map(({ name }) => name).sort()).toEqual([
    'defer',
    'deprecated',
    'include',
    'oneOf',
    'skip',
    'specifiedBy',
  ]);
  expect(__schema.types.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['By', 'Film', 'Kind', 'Seen', 'Series', 'Titled', 'Year']),
  );
});
