import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Client } from '../../../../gateway/usage/client.ts';
import { UsageCounter } from '../../../../gateway/usage/usage-counter.ts';

const schema = buildSchema('type Query { book(order: Order): String } enum Order { OLDEST NEWEST }');
const noon = Date.parse('2026-11-30T12:00:00Z');
const kiosk: Client = { client: 'kiosk', version: '1.0', isVerified: true };

/** An operation, as the engine gives it. */
function operation(text = '{ book }', hash = 'aa', name: string | null = null) {
  const requested = { name, cached: { hash, text }, literals: {} };
  const document = parse(text);
  return (counter: UsageCounter, client: Client, variables: Record<string, unknown> = {}) =>
    counter.count(client, requested, { document, variables, schema });
}

test('each request counts once for each coordinate that it uses', () => {
  const counter = new UsageCounter(() => noon);
  const book = operation(
    'query Book($order: Order) { book(order: $order) again: book(order: $order) }',
    'aa',
    'Book',
  );
  book(counter, kiosk, { order: 'OLDEST' });
  book(counter, kiosk);
  expect(counter.drain()).toEqual([
    {
      day: '2026-11-30',
      client: 'kiosk',
      version: '1.0',
      coordinates: new Map([
        ['Order', 2],
        ['Query.book', 2],
        ['Query.book.order', 2],
        ['Order.OLDEST', 1],
      ]),
      operations: [expect.objectContaining({ hash: 'aa', name: 'Book', requests: 2 })],
    },
  ]);
  expect(counter.drain()).toEqual([]);
});

test('of a document with several operations, the one that is requested counts', () => {
  const counter = new UsageCounter(() => noon);
  const text = 'query A { book(order: OLDEST) } query B { book }';
  operation(text, 'bb', 'B')(counter, kiosk);
  expect([...(counter.drain()[0]?.coordinates.keys() ?? [])]).toEqual(['Query.book']);
});

test('beyond the bound, clients count together; a client that a token names has its own room', () => {
  const bounds = { clients: 2, operations: 10, textLength: 100, coordinates: 100 };
  let now = noon;
  const counter = new UsageCounter(() => now, bounds);
  const book = operation();
  const clients = () => counter.drain().map(({ client, version }) => `${client} ${version}`.trim());
  for (const client of ['a', 'b', 'c', 'd', 'a']) {
    book(counter, { client, version: '', isVerified: false });
  }
  book(counter, kiosk);
  expect(clients()).toEqual(['a', 'b', '(others)', 'kiosk 1.0']);
  book(counter, { client: 'e', version: '', isVerified: false });
  expect(clients()).toEqual(['(others)']);
  now += 24 * 60 * 60 * 1000;
  book(counter, { client: 'e', version: '', isVerified: false });
  expect(clients()).toEqual(['e']);
});

test('beyond the bound of operations, and of long texts, only the coordinates count', () => {
  const counter = new UsageCounter(() => noon, {
    clients: 2,
    operations: 1,
    textLength: 50,
    coordinates: 100,
  });
  operation('{ book }', 'aa')(counter, kiosk);
  operation('{ book book }', 'bb')(counter, kiosk);
  operation(`{ ${'book '.repeat(20)} }`, 'cc')(counter, { ...kiosk, isVerified: false, client: 'other' });
  const [first, second] = counter.drain();
  expect(first?.coordinates).toEqual(new Map([['Query.book', 2]]));
  expect(first?.operations.map(({ hash }) => hash)).toEqual(['aa']);
  expect(second?.operations).toEqual([]);
});

test('counts that could not be stored are added to those that came since, until they are two days old', () => {
  let now = noon;
  const counter = new UsageCounter(() => now);
  const book = operation();
  book(counter, kiosk);
  const drained = counter.drain();
  book(counter, kiosk);
  counter.restore(drained);
  expect(counter.drain()).toMatchObject([
    { coordinates: new Map([['Query.book', 2]]), operations: [{ requests: 2 }] },
  ]);
  now += 2 * 24 * 60 * 60 * 1000;
  counter.restore(drained);
  expect(counter.drain()).toEqual([]);
});

test('beyond the bound of coordinates, clients count together until the counts are drained', () => {
  const bounds = { clients: 10, operations: 10, textLength: 100, coordinates: 2 };
  const counter = new UsageCounter(() => noon, bounds);
  const book = operation();
  for (const client of ['a', 'b', 'c']) {
    book(counter, { ...kiosk, client });
  }
  expect(counter.drain().map(({ client }) => client)).toEqual(['a', 'b', '(others)']);
  book(counter, { ...kiosk, client: 'c' });
  expect(counter.drain().map(({ client }) => client)).toEqual(['c']);
});
