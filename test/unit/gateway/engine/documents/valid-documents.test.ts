import { buildSchema } from 'graphql';
import { expect, test, vi } from 'vitest';
import { PreparationQueue } from '../../../../../gateway/engine/documents/preparation-queue.ts';
import { openDocuments } from '../../../../../gateway/engine/documents/valid-documents.ts';
import { OperationReport } from '../../../../../gateway/engine/operation-report.ts';
import { defaultLimits } from '../../../../../gateway/limits.ts';

const sender = { authenticated: true, caller: null, callClass: 'reader' } as const;

test.each([
  ['a query without a name', '{ x }', undefined],
  ['one of several operations', 'query A { x } mutation B { x }', 'B'],
  ['several operations, of which none is named', 'query A { x } query B { x }', undefined],
  ['an operation that the document does not have', 'query A { x }', 'C'],
  ['an empty name', 'query A { x }', ''],
  ['a subscription', 'subscription S { x }', 'S'],
  ['variables without values', 'query A($x: Int!) { y(x: $x) }', 'A'],
])('Mercurius reads a document and executes none of its fields: %s', async (_what, query, operationName) => {
  const resolve = vi.fn();
  const schema = buildSchema(`
    type Query { x: Int y(x: Int!): Int }
    type Mutation { x: Int }
    type Subscription { x: Int }
  `);
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.resolve = resolve;
    }
  }
  const queue = new PreparationQueue({});
  await using documents = await openDocuments(schema, defaultLimits, queue);
  const { document } = await documents.read(query, operationName, sender, new OperationReport());
  expect(document.loc?.source.body).toBe(query);
  expect(resolve).not.toHaveBeenCalled();
});
