/** The planner plans operations whose number of routes explodes, and stays within bounds. */
import { expect, test } from 'vitest';
import type { PlanNode } from '../../../../gateway/executor/index.ts';
import { createPlanner } from '../../../../gateway/planner/index.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const range = (length: number) => Array.from({ length }, (_, index) => index);

function plan(subgraphs: Readonly<Record<string, string>>, query: string): PlanNode {
  const sdls = Object.entries(subgraphs).map(([name, sdl]) => [name, { sdl: `${link}${sdl}` }] as const);
  return createPlanner(compose(Object.fromEntries(sdls))).plan(query, 0);
}

/** The number of requests in a plan, and the length of the longest chain of requests that wait for one another. */
function sizeOf(node: PlanNode): { readonly requests: number; readonly depth: number } {
  if (node.kind === 'fetch' || node.kind === 'entityFetch') {
    return { requests: 1, depth: 1 };
  }
  if (node.kind === 'defer') {
    throw new Error('nothing of these operations is deferred');
  }
  const sizes = node.nodes.map(sizeOf);
  const depths = sizes.map(({ depth }) => depth);
  return {
    requests: sizes.reduce((sum, { requests }) => sum + requests, 0),
    depth: node.kind === 'sequence' ? depths.reduce((sum, depth) => sum + depth, 0) : Math.max(...depths),
  };
}

/** The operations that the plan sends. */
function operationsOf(node: PlanNode): readonly string[] {
  if (node.kind === 'defer') {
    throw new Error('nothing of these operations is deferred');
  }
  return 'nodes' in node ? node.nodes.flatMap(operationsOf) : [node.operation];
}

// The chain has only eight keys, because the time for composition doubles with each key.
test('a chain of eight keys', () => {
  const subgraphs = {
    start: 'type Query { t: T } type T @key(fields: "k0") { k0: ID! }',
    ...Object.fromEntries(
      range(8).map((n) => [
        `s${n}`,
        `type T @key(fields: "k${n}") @key(fields: "k${n + 1}") { k${n}: ID! k${n + 1}: ID! }`,
      ]),
    ),
    end: 'type T @key(fields: "k8") { k8: ID! v: Int }',
  };
  expect(sizeOf(plan(subgraphs, '{ t { v } }'))).toEqual({ requests: 10, depth: 10 });
});

test('a chain of fourteen requirements', () => {
  const subgraphs = {
    start: 'type Query { t: T } type T @key(fields: "id") { id: ID! r0: Int }',
    ...Object.fromEntries(
      range(14).map((n) => [
        `s${n}`,
        `type T @key(fields: "id") { id: ID! r${n}: Int @external r${n + 1}: Int @requires(fields: "r${n}") }`,
      ]),
    ),
  };
  expect(sizeOf(plan(subgraphs, '{ t { r14 } }'))).toEqual({ requests: 15, depth: 15 });
});

test('ten subgraphs with six of ten keys each, in circles', () => {
  const subgraphs = Object.fromEntries(
    range(10).map((n) => {
      const keys = range(6).map((step) => `k${(n + step) % 10}`);
      const type = `type T ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} { ${keys.map((key) => `${key}: ID!`).join(' ')} f${n}: Int }`;
      return [`s${n}`, `${n === 0 ? 'type Query { t: T }' : ''} ${type}`];
    }),
  );
  const fields = range(10).map((n) => `f${n}`);
  expect(sizeOf(plan(subgraphs, `{ t { ${fields.join(' ')} } }`))).toEqual({ requests: 10, depth: 2 });
});

test('ten subgraphs that share all but one field each, in a tree of 600 fields', () => {
  const subgraphs = Object.fromEntries(
    range(10).map((n) => [
      `s${n}`,
      `type Query { n: N @shareable } type N @key(fields: "id") { id: ID! a: N @shareable b: N @shareable u${n}: Int }`,
    ]),
  );
  const tree = (depth: number): string =>
    depth === 0 ? 'id u1 u5' : `id u${depth} a { ${tree(depth - 1)} } b { ${tree(depth - 1)} }`;
  const { requests, depth } = sizeOf(plan(subgraphs, `{ n { ${tree(6)} } }`));
  // Each field that only one subgraph has comes from one of six subgraphs, and each of these six has the whole tree.
  expect(requests).toBeLessThanOrEqual(8);
  expect(depth).toBeLessThanOrEqual(2);
});

test('an interface of two hundred types, nested', () => {
  const types = (field: string) =>
    range(200)
      .map((n) => `type T${n} implements I @key(fields: "id") { id: ID! ${field} }`)
      .join(' ');
  const subgraphs = {
    things: `type Query { i: I } interface I { id: ID! x: I } ${types('x: I')}`,
    grades: `interface I { id: ID! g: Int } ${types('g: Int')}`,
  };
  const made = plan(subgraphs, '{ i { g x { g x { g } } } }');
  expect(sizeOf(made)).toEqual({ requests: 2, depth: 2 });
});

test('an interface whose three hundred types are in ten subgraphs is asked for once in each', () => {
  const type = (n: number, fields: string) =>
    `type T${n} implements Node @key(fields: "id") { id: ID! ${fields} }`;
  const typesOf = (subgraph: number) => range(300).filter((n) => n % 10 === subgraph);
  const subgraphs = {
    search: `type Query { found: [Node] } interface Node { id: ID! } ${range(300)
      .map((n) => type(n, ''))
      .join(' ')}`,
    ...Object.fromEntries(
      range(10).map((s) => [
        `s${s}`,
        `interface Node { id: ID! name: String next: Node } ${typesOf(s)
          .map((n) => type(n, 'name: String next: Node'))
          .join(' ')}`,
      ]),
    ),
  };
  const fragments = range(40).map((n) => `... on Node { a${n}: name }`);
  const made = plan(subgraphs, `{ found { name next { name } ${fragments.join(' ')} } }`);
  expect(sizeOf(made)).toEqual({ requests: 11, depth: 2 });
  const lookups = operationsOf(made).filter((operation) => operation.includes('_entities'));
  const expected = `{name next{name} ${range(40)
    .map((n) => `a${n}:name`)
    .join(' ')}}`;
  expect(new Set(lookups)).toEqual(
    new Set([
      `query($representations:[_Any!]!){_entities(representations:$representations){...on Node${expected}}}`,
    ]),
  );
});

test('a fragment on an interface asks nothing of the objects of another lookup in the same request', () => {
  const subgraphs = {
    start: `type Query { some: Some }  union Some = A | B | C | D ${['A', 'B', 'C', 'D']
      .map((name) => `type ${name} @key(fields: "id") { id: ID! }`)
      .join(' ')}`,
    // `D.name` can only be resolved with a value from *sizes*.
    names: `interface Named { name: String } ${['A', 'B', 'C']
      .map((name) => `type ${name} implements Named @key(fields: "id") { id: ID! name: String }`)
      .join(' ')}
      type D implements Named @key(fields: "id") {
        id: ID! size: Int @external name: String @requires(fields: "size") own: Int }`,
    sizes: 'type D @key(fields: "id") { id: ID! size: Int }',
  };
  const fragments = ['A', 'B', 'C'].map((name) => `... on ${name} { name }`);
  const [lookup] = operationsOf(
    plan(subgraphs, `{ some { ${fragments.join(' ')} ... on D { own } } }`),
  ).slice(1);
  expect(lookup).toBe(
    'query($representations0:[_Any!]!,$representations1:[_Any!]!){_e0:_entities(representations:$representations0){...on Named{name}} _e1:_entities(representations:$representations1){...on D{own}}}',
  );
});
