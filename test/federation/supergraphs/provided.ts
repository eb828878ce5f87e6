/** @provides: a field that is provided below one field may be unknown below another. */
import { type DataObject, federation2, read, type Supergraph } from './supergraph.ts';

const items = [1, 2].map((n) => ({
  __typename: 'Item',
  id: `i${n}`,
  code: `c${n}`,
  name: `n${n}`,
  size: n,
  tax(this: DataObject) {
    return Number(read(this, 'size')) * 10;
  },
}));
const [first, second] = items;

/** Two fields of one subgraph provide different fields of a type. A third field provides nothing. */
const providesOthers: Supergraph = {
  subgraphs: {
    shops: federation2`
      type Query { named: Item @provides(fields: "name") shelf: Shelf bare: Item }
      type Shelf { item: Item @provides(fields: "size") }
      type Item @key(fields: "id") { id: ID! name: String @external size: Int @external }`,
    items: federation2`
      type Item @key(fields: "id") { id: ID! name: String @shareable size: Int @shareable }`,
  },
  entities: items,
  root: { named: () => first, shelf: () => ({ item: second }), bare: () => first },
  queries: [
    '{ named { size } }',
    '{ named { name size } shelf { item { name } } }',
    '{ shelf { item { size name } } bare { name size } }',
  ],
};

/** The provided field is a key of another subgraph, which has a field with @requires. */
const providesKey: Supergraph = {
  subgraphs: {
    shops: federation2`
      type Query { item: Item known: Item @provides(fields: "code") }
      type Item @key(fields: "id") { id: ID! code: ID! @external size: Int }`,
    taxes: federation2`
      type Item @key(fields: "id") @key(fields: "code") {
        id: ID! code: ID! size: Int @external tax: Int @requires(fields: "size")
      }`,
    codes: federation2`
      type Item @key(fields: "id") @key(fields: "code") { id: ID! code: ID! name: String }`,
  },
  entities: items,
  root: { item: () => first, known: () => second },
  queries: ['{ item { tax } }', '{ item { code tax } known { code tax name } }', '{ known { tax } }'],
};

/** @provides with `__typename`: it provides the object's type below an external field. */
const providesTypename: Supergraph = {
  subgraphs: {
    shops: federation2`
      type Query { item: Item @provides(fields: "__typename maker { __typename ... on Potter { name } }") }
      type Item @key(fields: "id") { id: ID! maker: Maker @external }
      interface Maker { id: ID! }
      type Potter implements Maker { id: ID! @external name: String @external }
      type Smith implements Maker { id: ID! @external }`,
    makers: federation2`
      type Item @key(fields: "id") { id: ID! maker: Maker @shareable }
      interface Maker { id: ID! }
      type Potter implements Maker @shareable { id: ID! name: String }
      type Smith implements Maker @shareable { id: ID! forge: Int }`,
  },
  entities: [{ ...first, maker: { __typename: 'Potter', id: 'm', name: 'Ada' } }],
  root: { item: () => ({ ...first, maker: { __typename: 'Potter', id: 'm', name: 'Ada' } }) },
  queries: [
    '{ item { __typename maker { __typename } } }',
    '{ item { maker { __typename ... on Potter { name } } } }',
    '{ item { maker { id __typename ... on Potter { name } ... on Smith { forge } } } }',
  ],
};

export const provided = { providesOthers, providesKey, providesTypename } satisfies Readonly<
  Record<string, Supergraph>
>;
