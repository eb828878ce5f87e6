/** The readable form of a plan, and the reason if an operation has no plan. */
import { expect, test } from 'vitest';
import { createPlanner, PlanningError, readablePlan } from '../../../../gateway/planner/index.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const contexts = link.replace('v2.5', 'v2.9').replace('"@key"', '"@key", "@context", "@fromContext"');

function supergraphOf(subgraphs: Readonly<Record<string, string>>): string {
  const sdls = Object.entries(subgraphs).map(([name, sdl]) => [name, { sdl: `${contexts}${sdl}` }] as const);
  return compose(Object.fromEntries(sdls));
}

test('a plan is readable: what is asked in which order, and what each lookup sends and takes', () => {
  const planner = createPlanner(
    supergraphOf({
      rooms: `
        type Query { places: [Place] }
        union Place = Room | Box
        type Room { shelf: Shelf }
        type Box { shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! }`,
      lamps: 'type Shelf @key(fields: "id") { id: ID! lamp: Int }',
      others: 'type Query { other: Int }',
    }),
  );
  expect(readablePlan(planner.plan('{ other places { ... on Room { shelf { lamp } } } }', 0))).toBe(`parallel
  fetch others
    {
      other
    }
  sequence
    fetch rooms
      {
        places {
          __typename
          ... on Room {
            shelf {
              id
              __typename
            }
          }
        }
      }
    entityFetch lamps
      for places(Room).shelf, sent as Shelf { __typename id }
      {
        _entities(representations: $representations) {
          ... on Shelf {
            lamp
          }
        }
      }`);
});

test('a lookup tells what it takes from an object above', () => {
  const planner = createPlanner(
    supergraphOf({
      rooms: `
        type Query { room: Room }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Floor shelf: Shelf }
        type Floor { number: Int }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int @fromContext(field: "$room { floor { number } }")): String }`,
    }),
  );
  expect(readablePlan(planner.plan('{ room { shelf { label } } }', 0))).toContain(
    'for room.shelf, sent as Shelf { __typename id }, $_context_1_floor = { floor { number } } of the object 1 above',
  );
});

/** The supergraph of a graph that can resolve every field. The tests remove something from it. */
const supergraph = supergraphOf({
  things: `type Query { thing: Thing other: Thing @provides(fields: "given") }
    type Thing @key(fields: "id") { id: ID! size: Int given: Int @external }`,
  wants: `type Thing @key(fields: "id") @context(name: "thing") {
      id: ID! size: Int @external given: Int wanted: Int needy: Int @requires(fields: "size") part: Part }
    type Part @key(fields: "code { text }") { code: Code told(id: ID @fromContext(field: "$thing { id }")): Int }
    type Code { text: String }`,
});
const key = '@join__type(graph: WANTS, key: "id")';
const ownSize = '@join__field(graph: THINGS) @join__field(graph: WANTS, external: true)';
const ownGiven = '@join__field(graph: THINGS, external: true) @join__field(graph: WANTS)';

test.each<[string, string, string, string]>([
  [
    '{ thing { wanted } }',
    key,
    '@join__type(graph: WANTS)',
    "Thing.wanted can't be resolved at Query.thing.wanted: wants can't look up a Thing, because it has no key for it",
  ],
  [
    '{ thing { wanted } }',
    key,
    '@join__type(graph: WANTS, key: "wanted")',
    "Thing.wanted can't be resolved at Query.thing.wanted: wants has it, but can't get what it needs there: the key {wanted}",
  ],
  [
    '{ thing { needy } }',
    ownSize,
    ownSize.replace('THINGS', 'THINGS, external: true'),
    "Thing.needy can't be resolved at Query.thing.needy: wants has it, but can't get what it needs there: the key {id}, and {size}",
  ],
  [
    '{ thing { part { told } } }',
    '@context(name: "wants__thing")',
    '',
    "Part.told can't be resolved at Query.thing.part.told: wants has it, but can't get what it needs there: the key {code{text}}, and {id} of an object above with the context wants__thing",
  ],
  [
    '{ thing { given } }',
    ownGiven,
    '@join__field(graph: THINGS, external: true)',
    "Thing.given can't be resolved at Query.thing.given: things has it only where it is provided",
  ],
])('%s with %s replaced by "%s" has no plan, and the reason says why', (query, part, other, reason) => {
  expect(() => createPlanner(supergraph).plan(query, 0)).not.toThrow();
  expect(supergraph).toContain(part);
  const plan = () => createPlanner(supergraph.replace(part, other)).plan(query, 0);
  expect(plan).toThrow(PlanningError);
  expect(plan).toThrow(expect.objectContaining({ cause: expect.objectContaining({ message: reason }) }));
});
