/** Supergraphs and operations that are hard to plan, although they are within the gateway's limits. */

import { compose, link } from '../../federation/support/subgraphs.ts';
import { wideInterface } from './wide-interface.ts';

export interface Shape {
  readonly name: string;
  /** Composes the supergraph's SDL. */
  readonly supergraph: () => string;
  readonly query: string;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);

function supergraphOf(subgraphs: Readonly<Record<string, string>>): () => string {
  const sdls = Object.entries(subgraphs).map(([name, sdl]) => [name, { sdl: `${link}${sdl}` }] as const);
  return () => compose(Object.fromEntries(sdls));
}

/** Subgraphs with the names `s0`, `s1` and so on. */
function numbered(count: number, sdl: (n: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(range(count).map((n) => [`s${n}`, sdl(n)]));
}

/** This supergraph is written by hand, because the time to compose a chain of keys doubles with each key. */
function chainOfKeys(length: number): string {
  const graphs = range(length + 2).map((n) => `S${n} @join__graph(name: "s${n}", url: "")`);
  const keys = range(length).map(
    (n) => `@join__type(graph: S${n + 1}, key: "k${n}") @join__type(graph: S${n + 1}, key: "k${n + 1}")`,
  );
  const fields = range(length + 1).map((n) => {
    const owners = [n, n + 1].map((graph) => `@join__field(graph: S${graph})`);
    return `k${n}: ID! ${owners.join(' ')}`;
  });
  return `schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
    enum join__Graph { ${graphs.join(' ')} }
    type Query @join__type(graph: S0) { t: T @join__field(graph: S0) }
    type T @join__type(graph: S0, key: "k0") ${keys.join(' ')} @join__type(graph: S${length + 1}, key: "k${length}") {
      ${fields.join('\n')}
      v: Int @join__field(graph: S${length + 1})
    }`;
}

function tree(depth: number, fields: (depth: number) => string, below: string): string {
  return depth === 0
    ? below
    : `${fields(depth)} a { ${tree(depth - 1, fields, below)} } b { ${tree(depth - 1, fields, below)} }`;
}

function nested(depth: number, field: string, rest: (depth: number) => string): string {
  return depth === 0 ? rest(0) : `${rest(depth)} ${field} { ${nested(depth - 1, field, rest)} }`;
}

/** Four shapes that are hard for planners in general. */
const known: readonly Shape[] = [
  { name: 'a chain of twelve keys', supergraph: () => chainOfKeys(12), query: '{ t { v } }' },
  {
    name: 'a chain of fourteen requirements',
    supergraph: supergraphOf({
      start: 'type Query { t: T } type T @key(fields: "id") { id: ID! r0: Int }',
      ...numbered(
        14,
        (n) =>
          `type T @key(fields: "id") { id: ID! r${n}: Int @external r${n + 1}: Int @requires(fields: "r${n}") }`,
      ),
    }),
    query: '{ t { r14 } }',
  },
  {
    name: 'ten subgraphs that share a tree of 600 fields',
    supergraph: supergraphOf(
      numbered(
        10,
        (n) =>
          `type Query { n: N @shareable } type N @key(fields: "id") { id: ID! a: N @shareable b: N @shareable u${n}: Int }`,
      ),
    ),
    query: `{ n { ${tree(6, (depth) => `id u${depth}`, 'id u1 u5')} } }`,
  },
  {
    name: 'an interface of 1,000 types, nested',
    supergraph: supergraphOf({
      things: `type Query { i: I } interface I { id: ID! x: I } ${range(1_000)
        .map((n) => `type T${n} implements I @key(fields: "id") { id: ID! x: I }`)
        .join(' ')}`,
      grades: `interface I { id: ID! g: Int } ${range(1_000)
        .map((n) => `type T${n} implements I @key(fields: "id") { id: ID! g: Int }`)
        .join(' ')}`,
    }),
    query: '{ i { g x { g x { g } } } }',
  },
  {
    name: 'an interface of 3,000 types in fifty subgraphs',
    supergraph: () => wideInterface({ types: 3_000, subgraphs: 50 }),
    query: '{ nodes { id name next { name next { id } } ... on T7 { own7 } } }',
  },
];

const own: readonly Shape[] = [
  {
    name: 'ten subgraphs with six of ten keys each, in circles',
    supergraph: supergraphOf(
      numbered(10, (n) => {
        const keys = range(6).map((step) => `k${(n + step) % 10}`);
        const type = `type T ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} { ${keys.map((key) => `${key}: ID!`).join(' ')} f${n}: Int }`;
        return `${n === 0 ? 'type Query { t: T }' : ''} ${type}`;
      }),
    ),
    query: `{ t { ${range(10)
      .map((n) => `f${n}`)
      .join(' ')} } }`,
  },
  {
    name: 'a hundred fields of an entity, each in four of twenty subgraphs',
    supergraph: supergraphOf({
      start: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
      ...numbered(20, (n) => {
        const fields = range(100).filter((field) =>
          range(4).some((step) => (field + step * 5 + step) % 20 === n),
        );
        return `type T @key(fields: "id") { id: ID! ${fields.map((field) => `f${field}: Int @shareable`).join(' ')} }`;
      }),
    }),
    query: `{ t { ${range(100)
      .map((n) => `f${n}`)
      .join(' ')} } }`,
  },
  {
    name: 'lists in lists, from subgraph to subgraph',
    supergraph: supergraphOf(
      numbered(
        4,
        (n) =>
          `${n === 0 ? 'type Query { t: [T] }' : ''} type T @key(fields: "id") { id: ID! to${n}: [T] v${n}: Int }`,
      ),
    ),
    query: `{ t { ${nested(8, 'to0', (depth) => `v${depth % 4} to${(depth % 3) + 1} { v0 v2 }`)} } }`,
  },
  {
    name: 'a value type whose fields are in eight subgraphs, without a key',
    supergraph: supergraphOf(
      numbered(
        8,
        (n) =>
          `type Query { box: Box @shareable } type Box { side: Box @shareable lid: Box @shareable v${n}: Int }`,
      ),
    ),
    query: `{ box { ${nested(
      5,
      'side',
      (depth) =>
        `${range(8)
          .map((n) => `v${n}`)
          .join(' ')} lid { v${depth} v7 }`,
    )} } }`,
  },
  {
    name: 'a union of two hundred types, each with fields in five subgraphs',
    supergraph: supergraphOf({
      start: `type Query { u: [U] } union U = ${range(200)
        .map((n) => `T${n}`)
        .join(' | ')}
        ${range(200)
          .map((n) => `type T${n} @key(fields: "id") { id: ID! }`)
          .join(' ')}`,
      ...numbered(5, (s) =>
        range(200)
          .filter((n) => (n + s) % 5 < 3)
          .map((n) => `type T${n} @key(fields: "id") { id: ID! f${s}: Int g: Int @shareable }`)
          .join(' '),
      ),
    }),
    query: `{ u { ${range(60)
      .map(
        (n) =>
          `... on T${n} { g ${range(5)
            .filter((s) => (n + s) % 5 < 3)
            .map((s) => `f${s}`)
            .join(' ')} }`,
      )
      .join(' ')} } }`,
  },
  {
    name: 'requirements of twenty subgraphs that require one another in rows of five',
    supergraph: supergraphOf({
      start: 'type Query { t: T } type T @key(fields: "id") { id: ID! t: T r0: Int }',
      ...numbered(20, (n) => {
        const row = Math.floor(n / 5);
        const required = row === 0 ? ['r0'] : range(5).map((at) => `r${1 + (row - 1) * 5 + at}`);
        return `type T @key(fields: "id") { id: ID! ${required.map((name) => `${name}: Int @external`).join(' ')} r${n + 1}: Int @requires(fields: "${required.join(' ')}") }`;
      }),
    }),
    query: `{ t { ${nested(3, 't', () =>
      range(5)
        .map((at) => `r${16 + at}`)
        .join(' '),
    )} } }`,
  },
];

export const shapes: readonly Shape[] = [...known, ...own];
