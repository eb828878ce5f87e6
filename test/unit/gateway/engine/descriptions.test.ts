/** Documents with descriptions, which GraphQL allows since September 2025, from the request to the answer. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../../gateway/audiences.ts';
import { createHost } from '../../../../gateway/engine/host.ts';
import type { SubgraphRequest } from '../../../../gateway/executor/index.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

async function ask(query: string, method = 'POST') {
  const requests: SubgraphRequest[] = [];
  await using host = await createHost({
    supergraphSdl: readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
    audienceSchemas: null,
    transports: new Map([
      [
        'circulation',
        async (request: SubgraphRequest) => {
          requests.push(request);
          const [, key = ''] = /\{\s*(\w+):/.exec(request.operation) ?? [];
          return { data: { [key]: { title: 'A Title' } } };
        },
      ],
    ]),
    limits: defaultLimits,
    publicTag: 'catalogue',
    introspection: forAllAudiences(true),
    log: pino({ level: 'silent' }),
  });
  const answer = await host.answer({
    parameters: { query, variables: { number: '1' } },
    method,
    caller: anonymous,
    signal: new AbortController().signal,
    allowance: null,
  });
  return { answer, requests };
}

const described = `
  """
  Finds an "item".
  """
  query Item(
    "printed on the item" $number: ID!
    """of the title""" $withTitle: Boolean! = true
  ) { item(itemNumber: $number) { ...Item } __type(name: "Item") { name } }

  "What is shown of it."
  fragment Item on Item { title @include(if: $withTitle) }`;

test.each(['POST', 'GET'])('on the operation, its variables and its fragments, by %s', async (method) => {
  const { answer, requests } = await ask(described.replace(/__type.*\} \}/, '}'), method);
  expect(answer).toEqual({ data: { item: { title: 'A Title' } } });
  expect(JSON.stringify(requests)).not.toMatch(/printed|shown|Finds/);
});

test('beside introspection', async () => {
  const { answer } = await ask(described);
  expect(answer).toEqual({ data: { item: { title: 'A Title' }, __type: { name: 'Item' } } });
});

test('before the query shorthand, or where none is allowed, they are rejected, and the error does not quote them', async () => {
  for (const query of [
    '"P432100(A)" { item(itemNumber: "1") { title } }',
    '{ item(itemNumber: "1") { "P432100(A)" title } }',
  ]) {
    const { answer } = await ask(query);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    expect(JSON.stringify(answer)).not.toContain('P432100');
  }
});
