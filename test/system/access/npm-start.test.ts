/**
 * The part of the graph that callers of `npm start` see: the people of GraphiQL's "Run as", and callers without a
 * token.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  printSchema,
} from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { type Audience, audiences } from '../../../gateway/audiences.ts';
import { askGraph, codesIn, postJson } from '../../support/graph/ask-graph.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { startEmbeddedGraph } from '../../support/services/embedded-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

beforeAll(() => buildPage('graphiql'), 120_000);
const folder = openedForTests(() => openTemporaryFolder());
const graph = openedForTests(() => startEmbeddedGraph(folder.path, { RATES: 'off' }));

const root = join(import.meta.dirname, '../../..');
const schemaOf = (audience: Audience): GraphQLSchema =>
  buildSchema(readFileSync(join(root, `schema/audiences/${audience}.graphql`), 'utf8'));

interface Person {
  readonly id: string;
  readonly audience: Audience;
}

/** The people of "Run as", and somebody without a token. */
async function callers(): Promise<readonly (Omit<Person, 'id'> & { readonly token: string | null })[]> {
  const { people } = (await (await fetch(`${graph.origin}/graphiql/setup`)).json()) as { people: Person[] };
  const withTokens = people.map(async ({ id, audience }) => {
    const headers = { origin: graph.origin };
    const response = await postJson(`${graph.origin}/graphiql/token`, { person: id }, { headers });
    return { audience, token: ((await response.json()) as { token: string }).token };
  });
  return [{ audience: 'public', token: null }, ...(await Promise.all(withTokens))];
}

/** The fields of a schema's objects, each as a query that asks for it. */
const queriesOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type))
    .flatMap((type) =>
      (isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : []).map((field) => {
        if (type === schema.getMutationType()) {
          return `mutation { ${field} }`;
        }
        return type === schema.getQueryType()
          ? `{ ${field} }`
          : `{ __typename ... on ${type.name} { ${field} } }`;
      }),
    );

test('introspection shows each caller the schema of their audience, and nothing else', async () => {
  const introspection = getIntrospectionQuery({
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    oneOf: true,
  });
  const seen = new Set<Audience>();
  for (const { audience, token } of await callers()) {
    const { data } = await askGraph(graph.origin, introspection, { token });
    const shown = buildClientSchema(data as unknown as IntrospectionQuery);
    expect(printSchema(shown), audience).toBe(printSchema(schemaOf(audience)));
    seen.add(audience);
  }
  // No caller in the demonstration has the audience `sign-in`.
  expect(audiences.filter((audience) => !seen.has(audience))).toEqual(['sign-in']);
});

test('a partner and somebody without a token are refused each field of staff by validation', async () => {
  for (const { audience, token } of await callers()) {
    if (audience !== 'partner' && audience !== 'public') {
      continue;
    }
    const own = new Set(queriesOf(schemaOf(audience)));
    const tries = queriesOf(schemaOf('staff')).filter((query) => !own.has(query));
    expect(tries.length).toBeGreaterThan(400);
    for (const query of tries) {
      const answer = await askGraph(graph.origin, query, { token });
      expect(answer.data, query).toBeUndefined();
      expect(new Set(codesIn(answer)), query).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    }
  }
});
