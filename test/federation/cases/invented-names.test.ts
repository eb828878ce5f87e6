/**
 * A name that the gateway invents never equals a name in the supergraph or in the document, even if such a name looks
 * invented.
 */
import { expect, test } from 'vitest';
import { createWorld, link, type Resolvers, type Subgraph } from '../support/subgraphs.ts';

test('the key of an alias is never the name of a field', async () => {
  const world = createWorld({
    products: {
      sdl: `${link} type Query { product: Product } type Product { id: ID! _2_id_x: String _2_id_x_: String }`,
      resolvers: { Query: { product: () => ({ id: '1', _2_id_x: 'own', _2_id_x_: 'other' }) } },
    },
  });
  const answer = await world.ask('{ product { x: id _2_id_x x_: id _2_id_x_ } }');
  expect(answer).toEqual({ data: { product: { x: '1', _2_id_x: 'own', x_: '1', _2_id_x_: 'other' } } });
});

test('the key of an alias is never the name of an inaccessible field, which a later fetch needs', async () => {
  const world = createWorld({
    products: {
      sdl: `${link}
        type Query { product: Product }
        type Product @key(fields: "_2_id_x") { id: ID! _2_id_x: String @inaccessible }`,
      resolvers: { Query: { product: () => ({ id: '1', _2_id_x: 'key' }) } },
    },
    prices: {
      sdl: `${link} type Product @key(fields: "_2_id_x") { _2_id_x: String @inaccessible price: Int }`,
      resolvers: {
        Product: { __resolveReference: ({ _2_id_x: key }) => (key === 'key' ? { price: 7 } : null) },
      },
    },
  });
  expect(await world.ask('{ product { x: id price } }')).toEqual({ data: { product: { x: '1', price: 7 } } });
});

test('an alias can’t be the key of a field with arguments', async () => {
  const world = createWorld({
    products: {
      sdl: `${link} type Query { price(unit: Int): Int }`,
      resolvers: { Query: { price: (_: unknown, { unit }: { unit?: number }) => unit ?? null } },
    },
  });
  // `x_1v1wl86_7og3di` looks like a key with a hash of the arguments. A client can compute such a hash, too.
  const answer = await world.ask('{ x: price(unit: 5) x_1v1wl86_7og3di: price x_1: price }');
  expect(answer).toEqual({ data: { x: 5, x_1v1wl86_7og3di: null, x_1: null } });
});

test('a key or a requirement may have the name of a property of every JavaScript object', async () => {
  const item = { constructor: { id: 'c' }, toString: 'text' };
  const world = createWorld({
    items: {
      sdl: `${link}
        type Query { item: Item }
        type Item @key(fields: "constructor { id }") { constructor: Maker! toString: String }
        type Maker @shareable { id: ID! }`,
      resolvers: { Query: { item: () => item }, Item: { toString: () => 'text' } },
    },
    texts: {
      sdl: `${link}
        type Item @key(fields: "constructor { id }") {
          constructor: Maker! toString: String @external shown: String @requires(fields: "toString")
        }
        type Maker @shareable { id: ID! }`,
      resolvers: {
        Item: {
          __resolveReference: (reference: object) => ({ ...reference }),
          shown: ({
            constructor: maker,
            toString: text,
          }: {
            constructor: { id: string };
            toString: string;
          }) => `${maker.id} ${text}`,
        },
      },
    },
  });
  const expected = { shown: 'c text', toString: 'text' };
  expect(await world.ask('{ item { shown toString } }')).toEqual({ data: { item: expected } });
});

/**
 * *products* has a price with an argument, and `more` fields. The other subgraph has two fields that require the price
 * with different arguments.
 */
function priced(more: string, resolvers: NonNullable<Resolvers>): Readonly<Record<string, Subgraph>> {
  const product = { id: '1', price: ({ unit }: { unit: number }) => 10 * unit };
  return {
    products: {
      sdl: `${link}
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! price(unit: Int): Int ${more} }`,
      resolvers: {
        Query: { product: () => product },
        Product: { __resolveReference: () => product },
        ...resolvers,
      },
    },
    s: {
      sdl: `${link}
        type Product @key(fields: "id") {
          id: ID! price(unit: Int): Int @external
          small: Int @requires(fields: "price(unit: 1)") large: Int @requires(fields: "price(unit: 100)")
        }`,
      resolvers: {
        Product: {
          small: ({ price }: { price: number }) => price + 1,
          large: ({ price }: { price: number }) => price + 1,
        },
      },
    },
  };
}

test('the invented field for @requires with arguments never has the name of a field', async () => {
  const world = createWorld(priced('_required0_price: String _required1_price: Int', {}));
  expect(
    await world.ask('{ product { _required0_price _required1_price small large price(unit: 2) } }'),
  ).toEqual({
    data: { product: { _required0_price: null, _required1_price: null, small: 11, large: 1001, price: 20 } },
  });
});

test('a subgraph that is named like a virtual subgraph of another is asked for its own fields', async () => {
  const world = createWorld({
    ...priced('', {}),
    s_twin_1: {
      sdl: `${link} type Product @key(fields: "id") { id: ID! stock: Int }`,
      resolvers: { Product: { stock: () => 3 } },
    },
  });
  expect(await world.ask('{ product { small large stock } }')).toEqual({
    data: { product: { small: 11, large: 1001, stock: 3 } },
  });
});

test('a name that the planner invents is never the name of a field either', async () => {
  const thing = { __resolveReference: ({ id }: { id: string }) => ({ count: 10 * Number(id) }) };
  const world = createWorld({
    things: {
      sdl: `${link}
        type Query { things: [Thing] }
        union Thing = Cup | Pot
        type Cup @key(fields: "id") { id: ID! _internal_qp_alias_0: Int }
        type Pot @key(fields: "id") { id: ID _internal_qp_alias_0: Int }`,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'Cup', id: '1', _internal_qp_alias_0: 5 },
            { __typename: 'Pot', id: '2', _internal_qp_alias_0: 6 },
          ],
        },
      },
    },
    counts: {
      sdl: `${link}
        type Cup @key(fields: "id") { id: ID! count: Int }
        type Pot @key(fields: "id") { id: ID count: Int }`,
      resolvers: { Cup: thing, Pot: thing },
    },
  });
  const query =
    '{ things { ... on Cup { count _internal_qp_alias_0 } ... on Pot { count _internal_qp_alias_0 } } }';
  expect(await world.ask(query)).toEqual({
    data: {
      things: [
        { count: 10, _internal_qp_alias_0: 5 },
        { count: 20, _internal_qp_alias_0: 6 },
      ],
    },
  });
});
