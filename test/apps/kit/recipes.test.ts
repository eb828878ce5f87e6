/**
 * The kit and its recipes against the running graph: with a legacy system that is down, and with an unsettled change.
 */

import { setTimeout } from 'node:timers/promises';
import { createGraph, missingAt, newReference, settle } from '@patron-graph/kit';
import { HomeDocument, RenewDocument } from '@patron-graph/kit/reader';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createApolloClient,
  missingIn as missingInApollo,
  partial,
} from '../../../apps/kit/recipes/apollo-client.ts';
import { createUrqlClient, missingIn as missingInUrql } from '../../../apps/kit/recipes/urql.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

let system: RunningSystem;
let url: string;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  url = `${system.url}/graphql`;
  token = await system.token({ subject: 'reader', patronId: 'P0000002' });
});
afterAll(() => system[Symbol.asyncDispose]());

const cards = ['21852000000041', '21852000000033'];

test('an unsettled renewal is sent again until it is done, and is done once', async () => {
  const graph = createGraph({ url, token: () => token });
  const loansOf = async () =>
    (await graph.ask(HomeDocument)).data.me?.loans?.edges.map(({ node }) => node) ?? [];
  const loan =
    (await loansOf()).find(({ renewalsLeft }) => (renewalsLeft ?? 0) > 0) ?? expect.fail('no loan');
  // Circulation renews the loan, but its answer is lost.
  system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['Renew'] }]);
  const input = { reference: newReference(), reader: { patronId: 'P0000002' }, loanId: loan.id };
  let unsettled = 0;
  const { operation, loan: renewed } = await settle(
    () => graph.ask(RenewDocument, { input }),
    ({ renewLoan }) => renewLoan,
    {
      onUnsettled() {
        unsettled += 1;
        system.legacy.circ.faults.clear();
      },
      pause: (ms) => setTimeout(ms / 10),
    },
  );
  expect(unsettled).toBeGreaterThan(0);
  expect(operation.state).toBe('DONE');
  expect(renewed?.renewalsLeft).toBe((loan.renewalsLeft ?? 0) - 1);
});

test.each([
  [
    'the kit’s own client',
    async () => (await createGraph({ url, token: () => token }).ask(HomeDocument)).data,
  ],
  [
    'Apollo Client',
    async () =>
      (await createApolloClient(url, async () => token).query({ query: HomeDocument, ...partial })).data,
  ],
  ['urql', async () => (await createUrqlClient(url, () => token).client.query(HomeDocument, {})).data],
])('%s answers an operation of the guides with types', async (_name, ask) => {
  const home = await ask();
  expect(home?.me?.credentials?.map(({ libraryCardNumber }) => libraryCardNumber)).toEqual(cards);
});

test.each([
  [
    'the kit’s own client',
    async () => {
      const { data, missing } = await createGraph({ url, token: () => token }).ask(HomeDocument);
      return { me: data.me, missing };
    },
  ],
  [
    'Apollo Client',
    async () => {
      const result = await createApolloClient(url, async () => token).query({
        query: HomeDocument,
        ...partial,
      });
      return { me: result.data?.me, missing: missingInApollo(result) };
    },
  ],
  [
    'urql',
    async () => {
      const result = await createUrqlClient(url, () => token).client.query(HomeDocument, {});
      return { me: result.data?.me, missing: missingInUrql(result) };
    },
  ],
])('while a system is down, %s shows what could be read and says what is missing', async (_name, ask) => {
  system.legacy.circ.faults.set([{ kind: 'reset-before' }]);
  try {
    const { me, missing } = await ask();
    expect(me?.name).toBeDefined();
    expect(me?.loans).toBeNull();
    expect(missingAt(missing, ['me', 'loans'])).toMatchObject({ remedy: 'later' });
    expect(missingAt(missing, ['me', 'name'])).toBeUndefined();
  } finally {
    system.legacy.circ.faults.clear();
  }
});
