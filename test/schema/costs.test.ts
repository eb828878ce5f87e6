/** The costs of operations on our graph that depend on their input. */
import { readFileSync } from 'node:fs';
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { evaluateCost } from '../../gateway/engine/cost/cost-expression.ts';
import { readCostDirectives } from '../../gateway/engine/cost/directives.ts';
import { operationCost } from '../../gateway/engine/cost/operation-cost.ts';
import { clientSchema } from './coordinates.ts';

const schema = clientSchema();
const supergraph = parse(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));

function costOf(text: string, variables: Readonly<Record<string, unknown>>): number {
  const definition = getOperationAST(parse(text));
  if (definition == null) {
    throw new Error('no operation');
  }
  const rules = {
    schema,
    assumedListSize: 10,
    maxFields: 1000,
    requirementCosts: new Map(),
    ...readCostDirectives(supergraph),
  };
  const cost = operationCost({ definition, fragments: new Map(), conditions: new Map(), defer: null }, rules);
  return evaluateCost(cost, variables);
}

test('rejecting several applications costs what its ids cost', () => {
  const document = `mutation ($input: RejectApplicationsInput!) { rejectApplications(input: $input) {
    operation { state } outcomes { applicationId state problems { code } } problems { code }
  } }`;
  const rejecting = (count: number) =>
    costOf(document, {
      input: {
        reference: 'r',
        applicationIds: Array.from({ length: count }, (_, id) => `A${id}`),
        reason: 'x',
      },
    });
  expect(rejecting(1)).toBeLessThan(50);
  expect(rejecting(50) - rejecting(1)).toBe(49 * 10);
});

const searching = (search: object | null) =>
  costOf('query ($search: PatronSearch) { patrons(search: $search, first: 1) { edges { node { id } } } }', {
    search,
  });

test('a search by name costs as much as a search of the catalogue, whatever `first` is', () => {
  const catalogue = costOf('{ titles(search: "a", first: 1) { edges { node { id } } } }', {});
  expect(searching({ name: 'KA HO' })).toBeGreaterThanOrEqual(catalogue);
  expect(searching({ status: 'ACTIVE' })).toBeLessThan(10);
  expect(searching(null)).toBeLessThan(10);
});

test('a pull list costs at least what the copies of a hundred titles cost', () => {
  const copies = '{ titles(search: "a", first: 100) { edges { node { copiesComplete } } } }';
  const titles = '{ titles(search: "a", first: 100) { edges { node { id } } } }';
  const pullList = '{ pullList(filter: { branch: "HKCL" }, first: 1) { edges { node { item { id } } } } }';
  expect(costOf(pullList, {})).toBeGreaterThanOrEqual(costOf(copies, {}) - costOf(titles, {}));
});

test('a page of reservations to fetch costs at least what the copies of its titles cost', () => {
  const titles = (fields: string) =>
    costOf(`{ titles(search: "a", first: 100) { edges { node { ${fields} } } } }`, {});
  const shelf = (first: number) =>
    costOf(
      `{ holdShelf(filter: { branch: "HKCL", state: TO_FETCH }, first: ${first}) { edges { cursor } } }`,
      {},
    );
  expect(shelf(100)).toBeGreaterThanOrEqual(titles('copiesComplete') - titles('id'));
  expect(shelf(1)).toBeLessThan(10);
});
