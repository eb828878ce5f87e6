import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { startSubgraph } from '../../../../subgraphs/runtime/serve.ts';
import { staff } from '../../../support/callers.ts';

test('each answer of a subgraph is told, with its errors and the time that it took', async () => {
  const told: unknown[] = [];
  const me = () => {
    throw new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } });
  };
  const ignore = () => undefined;
  await using subgraph = await startSubgraph(
    { name: 'patrons', resolvers: { Query: { me } }, createContext: () => ({}) },
    { warn: ignore, error: ignore },
    { answered: (...answer) => told.push(answer) },
  );
  for (const operation of ['{ __typename }', '{ me { id } }']) {
    await subgraph.execute({ operation, variables: {} }, staff, new AbortController().signal);
  }
  const forbidden = expect.objectContaining({ extensions: { code: 'FORBIDDEN' } });
  expect(told).toEqual([
    ['patrons', null, expect.any(Number)],
    ['patrons', [forbidden], expect.any(Number)],
  ]);
});
