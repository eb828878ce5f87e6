/** @key: how subgraphs know entities. */
import { type DataObject, federation2, read, type Supergraph } from './supergraph.ts';

const shelf = (n: number) => ({
  __typename: 'Shelf',
  id: `s${n}`,
  floor: n,
  height: 10 * n,
  lamp: `lamp ${n}`,
});
const shelves = [1, 2, 3].map(shelf);

/** An entity is looked up by keys that come from another subgraph. */
const severalKeys: Supergraph = {
  subgraphs: {
    first: federation2`
      type Query { plants: [Plant!]! }
      type Plant @key(fields: "id") { id: ID! }`,
    second: federation2`
      type Plant @key(fields: "id") @key(fields: "code") @key(fields: "bed { row column }") { id: ID! code: String! bed: Bed! }
      type Bed @shareable { row: Int! column: Int! }`,
    third: federation2`
      type Plant @key(fields: "code") { code: String! height: Int }`,
    fourth: federation2`
      type Query { beds: [Plant] }
      type Plant @key(fields: "bed { row column }") { bed: Bed! colour: String }
      type Bed @shareable { row: Int! column: Int! }`,
  },
  ...(() => {
    const entities = [0, 1, 2].map((n) => ({
      __typename: 'Plant',
      id: `${n}`,
      code: `c${n}`,
      bed: { row: n, column: 2 * n },
      height: n === 1 ? null : n,
      colour: `colour ${n}`,
    }));
    return { entities, root: { plants: () => entities, beds: () => [entities[2], null, entities[0]] } };
  })(),
  queries: [
    '{ plants { height } }',
    '{ plants { colour } }',
    '{ plants { id code bed { row column } height colour } }',
    '{ beds { id height colour bed { column } } }',
    '{ beds { code: id id: code height: colour colour: height } }',
  ],
};

/**
 * Keys that are lists of entities. The entities have keys of their own, with more fields in one subgraph than in
 * another.
 */
const listsInKeys: Supergraph = {
  subgraphs: {
    lists: federation2`
      type Query { list: List }
      type List @key(fields: "items { id }") { items: [Item!]! first: Item }
      type Item @key(fields: "id") { id: ID! }`,
    pairs: federation2`
      type List @key(fields: "items { id pair }") { items: [Item!]! chosen: Item @shareable }
      type Item @key(fields: "id pair") { id: ID! pair: ID! }`,
    pairing: federation2`
      type Item @key(fields: "id") @key(fields: "id pair") { id: ID! pair: ID! }`,
    kinds: federation2`
      type List @key(fields: "items { id pair kind { id tag } } chosen { id }") { items: [Item!]! chosen: Item @shareable last: Item }
      type Item @key(fields: "id pair kind { id tag }") { id: ID! pair: ID! kind: Kind @shareable weight: Int }
      type Kind @key(fields: "id tag") { id: ID! tag: String @shareable }`,
    kinding: federation2`
      type Item @key(fields: "id pair") { id: ID! pair: ID! kind: Kind @shareable }
      type Kind @key(fields: "id") { id: ID! tag: String @shareable }`,
  },
  ...(() => {
    const items = [1, 2, 3].map((n) => ({
      __typename: 'Item',
      id: `${n}`,
      pair: `p${n}`,
      weight: n,
      kind: { __typename: 'Kind', id: `k${n % 2}`, tag: `t${n % 2}` },
    }));
    const list = { __typename: 'List', items, first: items[0], last: items[2], chosen: items[1] };
    return { entities: [list, ...items], root: { list: () => list } };
  })(),
  queries: [
    '{ list { first { id pair } } }',
    '{ list { items { id pair } first { id } chosen { id pair } } }',
    '{ list { items { pair kind { id tag } } } }',
  ],
};

/** A second key that is null for one entity, so the entity can't be looked up by it. */
const nullKeys: Supergraph = {
  subgraphs: {
    loans: federation2`
      type Query { loans: [Loan] }
      type Loan { id: ID! book: Book }
      type Book @key(fields: "id") { id: ID! }`,
    numbers: federation2`
      type Book @key(fields: "id") @key(fields: "isbn") { id: ID! isbn: String }`,
    titles: federation2`
      type Book @key(fields: "isbn") { isbn: String title: String writer: Writer }
      type Writer @key(fields: "id") { id: ID! }`,
    writers: federation2`
      type Writer @key(fields: "id") { id: ID! name: String! }`,
  },
  ...(() => {
    const writers = [1, 2].map((n) => ({ __typename: 'Writer', id: `w${n}`, name: `Writer ${n}` }));
    const books = [1, 2, 3].map((n) => ({
      __typename: 'Book',
      id: `b${n}`,
      isbn: n === 2 ? null : `isbn-${n}`,
      title: n === 2 ? null : `Title ${n}`,
      writer: n === 1 ? writers[0] : n === 3 ? writers[1] : null,
    }));
    const loans = [...books, null, books[0]].map((book, n) => ({ id: `l${n}`, book }));
    return { entities: [...books, ...writers], root: { loans: () => loans } };
  })(),
  queries: [
    '{ loans { id book { title } } }',
    '{ loans { book { id isbn title writer { id name } } } }',
    '{ loans { book { writer { name } } } }',
  ],
};

/**
 * One subgraph does not know an entity. The entity's fields are selected below a nullable and below a non-null field.
 */
const unknownEntities: Supergraph = {
  subgraphs: {
    rooms: federation2`
      type Query { shelves: [Shelf] tallest: Shelf! }
      type Shelf @key(fields: "id") { id: ID! floor: Int }`,
    sizes: federation2`
      type Shelf @key(fields: "id") { id: ID! height: Int lamp: String }`,
  },
  entities: shelves,
  unknown: { sizes: shelves.slice(2) },
  root: {
    shelves: () => shelves.map((each, n) => (n === 2 ? { ...each, height: null, lamp: null } : each)),
    tallest: () => shelves[0],
  },
  queries: ['{ shelves { id height } tallest { height lamp floor } }', '{ shelves { lamp } }'],
};

/** Keys with `resolvable: false`, for subgraphs that only refer to an entity. */
const notResolvable: Supergraph = {
  subgraphs: {
    orders: federation2`
      type Query { orders: [Order] }
      type Order @key(fields: "id") { id: ID! buyer: Buyer by: Buyer total: Int }
      type Buyer @key(fields: "id", resolvable: false) { id: ID! }`,
    buyers: federation2`
      type Query { buyers: [Buyer] }
      type Buyer @key(fields: "id") { id: ID! name: String orders: [Order] }
      type Order @key(fields: "id", resolvable: false) { id: ID! }`,
  },
  ...(() => {
    const buyer: Record<string, unknown> = { __typename: 'Buyer', id: 'u1', name: 'Ada' };
    const orders = [1, 2].map((n) => ({
      __typename: 'Order',
      id: `o${n}`,
      buyer,
      by: n === 1 ? buyer : null,
      total: n,
    }));
    buyer.orders = orders;
    return { entities: [buyer, ...orders], root: { orders: () => orders, buyers: () => [buyer] } };
  })(),
  queries: [
    '{ orders { buyer { id name orders { total buyer { name } } } by { __typename name } } }',
    '{ buyers { orders { total by { name } } } }',
  ],
};

/** Value types whose fields belong to different subgraphs. The entity around the value is looked up. */
const parentEntities: Supergraph = {
  subgraphs: {
    names: federation2`
      type Query { products: [Product!]! }
      type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable }
      type Category { name: String }`,
    details: federation2`
      type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable }
      type Category @shareable { details: Details }
      type Details { products: Int }`,
    notes: federation2`
      type Product @key(fields: "id") { id: ID! category: Category @shareable }
      type Category @shareable { details: Details note: Note }
      type Details { note: String }
      type Note { text: String }`,
  },
  ...(() => {
    const entities = [1, 2].map((n) => ({
      __typename: 'Product',
      id: `${n}`,
      pid: `p${n}`,
      category: {
        name: `c${n}`,
        details: { products: n, note: `d${n}` },
        note: n === 1 ? { text: 'x' } : null,
      },
    }));
    return { entities, root: { products: () => entities } };
  })(),
  queries: [
    '{ products { category { details { products } } } }',
    '{ products { category { name details { products note } note { text } } } }',
    '{ products { a: category { d: details { n: note } } category { name } } }',
  ],
};

/** A value type in many subgraphs. Each of them has root fields of this type. */
const sharedRoot: Supergraph = {
  subgraphs: {
    prices: federation2`
      type Query { thing: Thing @shareable things: [Thing] @shareable }
      type Thing @shareable { price: Price }
      type Price @shareable { id: ID amount: Int }`,
    names: federation2`
      type Query { thing: Thing @shareable things: [Thing] @shareable }
      type Thing @shareable { name: Name }
      type Name { id: ID brand: String }`,
    taxes: federation2`
      type Query { thing: Thing @shareable things: [Thing] @shareable }
      type Thing @shareable { price: Price }
      type Price @shareable { id: ID currency: String }`,
  },
  ...(() => {
    const things = [1, 2, 3].map((n) => ({
      price: n === 2 ? null : { id: `p${n}`, amount: n, currency: 'HKD' },
      name: { id: `n${n}`, brand: `B${n}` },
    }));
    return { root: { thing: () => things[0], things: () => [things[0], null, things[1], things[2]] } };
  })(),
  queries: [
    '{ thing { price { id amount currency } name { brand } } }',
    '{ things { price { amount currency } name { id brand } } }',
    '{ a: things { price { currency } } b: thing { name { id } price { amount } } }',
  ],
};

/** A field with objects that is part of a key in one subgraph but not in another. */
const keysOfOthers: Supergraph = {
  subgraphs: {
    books: federation2`
      type Query { book: Book books: [Book] }
      type Book @key(fields: "isbn") @key(fields: "place { shelf }") { isbn: ID! place: Place! @shareable pages: Int next: Book }
      type Place @shareable { shelf: Int row: Int }`,
    loans: federation2`
      type Query { lent: Book }
      type Book @key(fields: "isbn") {
        isbn: ID! place: Place! @shareable pages: Int @external days: Int @requires(fields: "pages") fee: Int
      }
      type Place @shareable { shelf: Int row: Int }`,
  },
  ...(() => {
    const books: Record<string, unknown>[] = [1, 2].map((n) => ({
      __typename: 'Book',
      isbn: `isbn-${n}`,
      place: { shelf: n, row: 7 },
      pages: 100 * n,
      days(this: DataObject) {
        return Number(read(this, 'pages')) / 10;
      },
      fee: n,
    }));
    for (const book of books) {
      book.next = books[1];
    }
    return {
      entities: books as DataObject[],
      root: { book: () => books[0], books: () => [...books, null], lent: () => books[1] },
    };
  })(),
  queries: [
    '{ book { days } }',
    '{ books { days fee place { row } next { days } } }',
    '{ lent { days pages next { days fee } } }',
  ],
};

export const keys = {
  keysOfOthers,
  severalKeys,
  listsInKeys,
  nullKeys,
  unknownEntities,
  notResolvable,
  parentEntities,
  sharedRoot,
} satisfies Readonly<Record<string, Supergraph>>;
