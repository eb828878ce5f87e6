/** Which plans ask a subgraph for what another one has. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { PlanNode } from '../../../../gateway/executor/index.ts';
import { foreignFieldsIn } from '../../../../gateway/planner/foreign-fields.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const find = foreignFieldsIn(
  parse(
    compose({
      shelves: {
        sdl: `${link}
          type Query { things: [Thing] @provides(fields: "... on Cup { size }") cup: Cup @provides(fields: "id") }
          extend type Query { sized: Cup @provides(fields: "size") }
          interface Thing { id: ID }
          type Cup implements Thing @key(fields: "code") { code: ID! id: ID @external size: Int @external label: String @requires(fields: "size") }
          type Pot implements Thing @key(fields: "code") { code: ID! id: ID size: Int @external }
          type Jug @key(fields: "code") { code: ID! pot: Pot @provides(fields: "size") }`,
      },
      sizes: {
        sdl: `${link}
          type Cup @key(fields: "code") { code: ID! id: ID @shareable size: Int @shareable }
          type Pot @key(fields: "code") { code: ID! size: Int @shareable }`,
      },
    }),
  ),
);

test.each([
  ['{ cup { id } }', undefined],
  ['{ cup { size } }', 'Cup.size'],
  ['{ things { ... on Cup { size } ... on Pot { code id } } }', undefined],
  ['{ things { ... on Pot { size } } }', 'Pot.size'],
  // What is required is brought, also where it is provided.
  ['{ sized { size label } }', 'Cup.label'],
  // Of an interface, it is asked of each of its types.
  ['{ things { id } }', 'Cup.id'],
])('%s', (operation, foreign) => {
  const plan: PlanNode = {
    kind: 'fetch',
    path: [],
    subgraph: 'shelves',
    operation,
    operationKind: 'query',
    aliases: new Map(),
    variables: [],
    renames: [],
  };
  expect(find(plan)).toBe(foreign);
});
