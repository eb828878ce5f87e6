import { buildSchema, GraphQLError, graphql } from 'graphql';
import { expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { PlacesClosed, StoreUnavailable } from '../../../../store/store-unavailable.ts';
import type { Language } from '../../../../subgraphs/library/language.ts';
import { requireRead } from '../../../../subgraphs/runtime/caller.ts';
import { formatError } from '../../../../subgraphs/runtime/errors.ts';
import { anonymous, staff } from '../../../support/callers.ts';

const schema = buildSchema(`type Query { kind(of: Int! = 1): Kind } enum Kind { A B }
  type Mutation { change: Payload } type Payload { kind: Kind }`);

/** The error that the subgraph sends for the first error of the query, and the lines that it logs. */
async function errorOf(source: string, rootValue: object, language: Language = 'en') {
  const { errors = [] } = await graphql({ schema, source, rootValue });
  const [error] = errors;
  const lines: string[] = [];
  const log = { warn: () => undefined, error: (_details: object, message: string) => lines.push(message) };
  return error === undefined
    ? null
    : {
        ...formatError(error.toJSON(), error, { language, isMutation: source.startsWith('mutation') }, log),
        lines,
      };
}

test('a value that the enum does not have is our fault, and is logged', async () => {
  expect(await errorOf('{ kind }', { kind: 'C' })).toMatchObject({
    message: 'Something went wrong here.',
    path: ['kind'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
    lines: ['unforeseen error in a resolver'],
  });
});

test('an argument that its variable made null is the caller’s fault: its name is told, and its value is not', async () => {
  const source = 'query ($of: Int = null) { kind(of: $of) }';
  expect(await errorOf(source, { kind: 'A' })).toMatchObject({
    message: 'The argument `of` has an invalid value.',
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

test('a journal that is away ends a stream as it ends a query', () => {
  const away = new StoreUnavailable('journal: PostgreSQL: no connection was free within 2000 ms');
  // The source of a stream has no path.
  const error = new GraphQLError(away.message, { originalError: away });
  const lines: string[] = [];
  const log = { warn: () => {}, error: (_: object, line: string) => lines.push(line) };
  expect(formatError(error.toJSON(), error, { language: 'en', isMutation: false }, log)).toMatchObject({
    extensions: { code: 'JOURNAL_UNAVAILABLE' },
  });
  expect(lines).toEqual([away.message]);
});

test.each([
  [
    'an outage',
    () => {
      throw new UpstreamError('card management', 'timeout', 'GetCards');
    },
    'The card management system did not answer in time.',
    '證件管理系統未能及時回應。',
  ],
  [
    'an outage of a system whose name has the word',
    () => {
      throw new UpstreamError('payment system', 'timeout', 'GetLedger');
    },
    'The payment system did not answer in time.',
    '收費及付款系統未能及時回應。',
  ],
  ['no token', () => requireRead(anonymous, null, ['station']), 'Sign in first.', '請先登入。'],
  [
    'a missing scope',
    () => requireRead(staff, null, ['operations:repair', 'station']),
    'This requires the scope operations:repair, or station.',
    '此項須有權限 operations:repair 或 station。',
  ],
])('%s is told in the caller’s language', async (_, kind, english, chinese) => {
  expect((await errorOf('{ kind }', { kind }, 'en'))?.message).toBe(english);
  expect((await errorOf('{ kind }', { kind }, 'zh-Hant'))?.message).toBe(chinese);
});

test('too many requests of the caller itself are told from an overloaded system', async () => {
  const failing = (reason: 'over-share' | 'overloaded') => ({
    kind() {
      throw new UpstreamError('card management', reason, 'VerifyPin');
    },
  });
  expect(await errorOf('{ kind }', failing('over-share'))).toMatchObject({
    extensions: { code: 'UPSTREAM_OVERLOADED', lack: 'caller' },
  });
  expect((await errorOf('{ kind }', failing('overloaded')))?.extensions).toEqual({
    code: 'UPSTREAM_OVERLOADED',
  });
});

test('while the journal is away, a query is told that it can’t be answered, and a mutation how to find out', async () => {
  const away = () => {
    throw new StoreUnavailable('journal: PostgreSQL: away', { isOutage: true });
  };
  const ofQuery = await errorOf('{ kind }', { kind: away });
  expect(ofQuery).toMatchObject({
    message: expect.stringMatching(/^The library's records .* can't be answered: ask again/),
    extensions: { code: 'JOURNAL_UNAVAILABLE' },
  });
  const ofPayload = await errorOf('mutation { change { kind } }', { change: { kind: away } });
  expect(ofPayload?.message, 'the change was made').toBe(ofQuery?.message);
  expect(await errorOf('mutation { change { kind } }', { change: away })).toMatchObject({
    message: expect.stringMatching(/not known whether this was done: query the operation's state/),
    extensions: { code: 'JOURNAL_UNAVAILABLE' },
  });
});
