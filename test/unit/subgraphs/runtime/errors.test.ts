import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import { PlacesClosed } from '../../../../store/store-unavailable.ts';
import { formatError } from '../../../../subgraphs/runtime/errors.ts';

const schema = buildSchema('type Query { kind(of: Int! = 1): Kind } enum Kind { A B }');

/** The error that the subgraph sends for the first error of the query, and the lines that it logs. */
async function errorOf(source: string, rootValue: object) {
  const { errors = [] } = await graphql({ schema, source, rootValue });
  const [error] = errors;
  const lines: string[] = [];
  const log = { warn: () => undefined, error: (_details: object, message: string) => lines.push(message) };
  return error === undefined ? null : { ...formatError(error.toJSON(), error, log), lines };
}

test('a value that the enum does not have is our fault, and is logged', async () => {
  expect(await errorOf('{ kind }', { kind: 'C' })).toMatchObject({
    message: 'Something went wrong here.',
    path: ['kind'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
    lines: ['unforeseen error in a resolver'],
  });
});

test('an argument that its variable made null is the caller’s fault, and its value is not quoted', async () => {
  const source = 'query ($of: Int = null) { kind(of: $of) }';
  expect(await errorOf(source, { kind: 'A' })).toMatchObject({
    message: 'An argument has an invalid value.',
    path: ['kind'],
    extensions: { code: 'BAD_USER_INPUT' },
    lines: [],
  });
});

test('closed places have a code of their own, because the journal answers', async () => {
  const kind = () => {
    throw new PlacesClosed('the database server was started');
  };
  expect(await errorOf('{ kind }', { kind })).toMatchObject({
    path: ['kind'],
    extensions: { code: 'FEED_NOT_FOLLOWED' },
    lines: [],
  });
});
