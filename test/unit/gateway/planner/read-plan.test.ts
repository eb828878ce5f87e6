/** What is made of the planner's plans that are at odds with the subgraphs. */
import type { PlanNode, RequiresSelection } from '@graphql-hive/router-query-planner';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { aroundPlanner } from '../../../../gateway/planner/around.ts';
import { readPlan } from '../../../../gateway/planner/read-plan.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const { reading } = aroundPlanner(
  parse(
    compose({
      books: {
        sdl: `${link} type Query { book: Book }
          type Book @key(fields: "isbn") @key(fields: "place { shelf }") { isbn: ID! place: Place! @shareable next: Book }
          type Place @shareable { shelf: Int }`,
      },
      loans: {
        sdl: `${link} type Book @key(fields: "isbn") { isbn: ID! place: Place! @shareable fee: Int }
          type Place @shareable { shelf: Int }`,
      },
    }),
  ),
);
const isbn: RequiresSelection = { kind: 'Field', name: 'isbn' };
const place: RequiresSelection = {
  kind: 'Field',
  name: 'place',
  selections: [{ kind: 'Field', name: 'shelf' }],
};

function lookup(subgraph: string, key: RequiresSelection): PlanNode {
  const operation =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
  const requires: RequiresSelection[] = [
    { kind: 'InlineFragment', typeCondition: 'Book', selections: [key] },
  ];
  return { kind: 'Fetch', serviceName: subgraph, operation, requires };
}

test('an entity is looked up by a key of the subgraph that is asked, or there is no plan', () => {
  expect(readPlan(lookup('loans', isbn), reading)).toMatchObject({ kind: 'entityFetch' });
  expect(readPlan(lookup('books', isbn), reading)).toMatchObject({ kind: 'entityFetch' });
  expect(readPlan(lookup('books', place), reading)).toMatchObject({ kind: 'entityFetch' });
  expect(() => readPlan(lookup('loans', place), reading)).toThrow(
    'the plan looks Book up in loans by none of its keys',
  );
});

test('a field of objects without a selection is asked for their type, and other operations stay as they are', () => {
  const read = (operation: string) => readPlan({ kind: 'Fetch', serviceName: 'books', operation }, reading);
  expect(read('{book{isbn}}')).toMatchObject({ operation: '{book{isbn}}' });
  const { operation } = read('{book{next place ...on Book{next}}}') as { operation: string };
  expect(operation.replace(/\s+/g, ' ')).toBe(
    '{ book { next { __typename } place { __typename } ... on Book { next { __typename } } } }',
  );
});
