/** Unmodified third-party clients read an answer in parts: Apollo Client with each of its handlers, and urql. */
import { setTimeout } from 'node:timers/promises';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { Client, fetchExchange, type OperationResult } from '@urql/core';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RunningGateway, startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
const types: (string | null)[] = [];
beforeAll(async () => {
  world = await createWorld();
  gateway = await startOver(world);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
afterEach(() => {
  world.intercept = null;
  types.length = 0;
});

/** Notes the media type of each answer. */
const recordingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  types.push(response.headers.get('content-type'));
  return response;
};

/** A block in each item of a list, a block within a block, and blocks that overlap. */
const query = parse(`{
  users(first: 2) {
    id
    ... @defer(label: "name") { name }
    ... @defer(label: "reviews") {
      name
      reviews(first: 1) { id ... @defer(label: "author") { author { id name } } }
    }
  }
}`);
const whole = {
  users: [
    { id: 'u0', name: 'Ada', reviews: [{ id: 'r0', author: { id: 'u0', name: 'Ada' } }] },
    { id: 'u1', name: 'Grace', reviews: [{ id: 'r1', author: { id: 'u1', name: 'Grace' } }] },
  ],
};
/** Both blocks have the name, so it is fetched with the rest. */
const initial = {
  users: [
    { id: 'u0', name: 'Ada' },
    { id: 'u1', name: 'Grace' },
  ],
};

/** *reviews* answers last, so that there are several parts. */
function delayReviews() {
  world.intercept = async ({ subgraph }) => {
    await setTimeout(subgraph === 'reviews' ? 50 : 0);
    return false;
  };
}

function failReviews() {
  world.intercept = async ({ subgraph }, response) => {
    if (subgraph === 'reviews') {
      response.destroy();
    }
    return subgraph === 'reviews';
  };
}

const withoutTypenames = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data, (key, value) => (key === '__typename' ? undefined : value)));

type Handler = NonNullable<ApolloClient.Options['incrementalHandler']>;

describe.each<[string, () => Handler, string]>([
  ['20220824', () => new Defer20220824Handler(), 'deferSpec=20220824'],
  // Its type is not assignable to that of the option with `exactOptionalPropertyTypes`.
  ['v0.2', () => new GraphQL17Alpha9Handler() as unknown as Handler, 'incrementalSpec=v0.2'],
])('Apollo Client with its handler for %s', (_format, handler, parameter) => {
  const clientOf = () =>
    new ApolloClient({
      link: new HttpLink({ uri: gateway.url, fetch: recordingFetch }),
      cache: new InMemoryCache(),
      incrementalHandler: handler(),
    });

  test('watches the data grow', async () => {
    delayReviews();
    const seen: unknown[] = [];
    const data = await new Promise((resolve, reject) => {
      clientOf()
        .watchQuery({ query, errorPolicy: 'all' })
        .subscribe({
          next({ data, dataState, error }) {
            seen.push(withoutTypenames(data ?? null));
            if (error !== undefined) {
              reject(error);
            } else if (dataState === 'complete') {
              resolve(withoutTypenames(data));
            }
          },
          error: reject,
        });
    });
    expect(data).toEqual(whole);
    expect(seen).toContainEqual(initial);
    expect(types).toEqual([expect.stringContaining(parameter)]);
  });

  test('gets the errors of a block', async () => {
    failReviews();
    const { data, error } = await clientOf().query({ query, errorPolicy: 'all' });
    expect(withoutTypenames(data)).toEqual({
      users: [
        { id: 'u0', name: 'Ada', reviews: null },
        { id: 'u1', name: 'Grace', reviews: null },
      ],
    });
    expect(CombinedGraphQLErrors.is(error) && error.errors.map(({ path }) => path)).toEqual([
      ['users', 0, 'reviews'],
      ['users', 1, 'reviews'],
    ]);
  });
});

describe.each([
  ['no format in particular', undefined, 'deferSpec=20220824'],
  ['the format v0.2', 'multipart/mixed;incrementalSpec=v0.2', 'incrementalSpec=v0.2'],
])('urql, which asks for %s', (_format, accept, parameter) => {
  const resultsOf = () => {
    const client = new Client({
      url: gateway.url,
      exchanges: [fetchExchange],
      fetch: recordingFetch,
      preferGetMethod: false,
      ...(accept !== undefined && { fetchOptions: { headers: { accept } } }),
    });
    return new Promise<readonly OperationResult[]>((resolve) => {
      const results: OperationResult[] = [];
      client.query(query, {}).subscribe((result) => {
        results.push(structuredClone({ ...result, operation: undefined }) as unknown as OperationResult);
        if (!result.hasNext) {
          resolve(results);
        }
      });
    });
  };

  test('sees the data grow', async () => {
    delayReviews();
    const results = await resultsOf();
    expect(results.map(({ error }) => error).filter(Boolean)).toEqual([]);
    expect(results.at(-1)?.data).toEqual(whole);
    expect(results.length).toBeGreaterThan(1);
    expect(results[0]?.data).toEqual(initial);
    expect(types).toEqual([expect.stringContaining(parameter)]);
  });
});
