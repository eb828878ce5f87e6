/** The gateway rejects subscriptions, so a client doesn't see them. */
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawGraph, startRawGraph } from '../../../federation/raw-answers/raw-graph.ts';

let graph: RawGraph<'books'>;
beforeAll(async () => {
  graph = await startRawGraph({
    books: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
      type Query { book(of: Kind): Item }
      type Mutation { write(book: Draft): Item }
      type Subscription { added(since: Since, of: Kind): Added  changed: Change }
      enum Kind { NEW OLD }
      input Draft { title: String }
      input Since { hour: Hour }
      enum Hour { FIRST LAST }
      interface Event { at: String }
      type Added implements Event { at: String item: Item }
      union Change = Added | Removed
      type Removed { id: ID }
      interface Item { title: String }
      type Book implements Item { title: String author: Author }
      type Author { name: String }
      type Alone { name: String }`,
  });
});
afterAll(() => graph[Symbol.asyncDispose]());

test('introspection shows neither subscriptions nor the types that only they lead to', async () => {
  const { data } = (await graph.gateway.ask(getIntrospectionQuery())).body;
  const schema = buildClientSchema(data as unknown as IntrospectionQuery);
  const types = printSchema(schema).matchAll(/^(?:type|interface|union|enum|input|scalar) (\w+)/gm);
  expect(Array.from(types, ([, name]) => name).sort()).toEqual(
    ['Alone', 'Author', 'Book', 'Draft', 'Item', 'Kind', 'Mutation', 'Query'].sort(),
  );
  expect(schema.getSubscriptionType() ?? null).toBeNull();
});

test('__type does not know them', async () => {
  const { body } = await graph.gateway.ask(
    '{ a: __type(name: "Subscription") { name } b: __type(name: "Added") { name } }',
  );
  expect(body).toEqual({ data: { a: null, b: null } });
});

test('a subscription is rejected with a code that says why', async () => {
  const { body } = await graph.gateway.ask('subscription { added { at } }');
  expect(body).toEqual({
    errors: [
      { message: 'Subscriptions are not supported.', extensions: { code: 'OPERATION_NOT_SUPPORTED' } },
    ],
  });
  expect(graph.subgraphs.books.requests).toEqual([]);
});
