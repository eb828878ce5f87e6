import { beforeAll, expect, test } from 'vitest';
import type { Explanation } from '../../../gateway/engine/explain.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const query = `query Mine { me { name { english } loanQuota { used } } }`;

const system = systemForTests();
const reader = callerForTests(system, { patronId: 'P0000001' });
// Opens the session with circulation before the tests, so that its call is not in an explanation.
beforeAll(() => system.ask('{ items(title: "紅樓") { title } }'));

/** Asks for an explanation. Outside production anybody may do that. */
async function explain(query: string): Promise<Explanation> {
  const headers = { 'patron-graph-explain': '1' };
  const response = await postJson(`${system.url}/graphql`, { query }, { ...reader, headers });
  const { extensions } = (await response.json()) as { extensions: { explain: Explanation } };
  return extensions.explain;
}

type Step = NonNullable<Explanation['plan']>[number];
type Fetch = Exclude<Step, { steps: unknown }>;

/** All fetches of a plan in order. Fetches that run at the same time are included. */
const fetchesIn = (step: Step): readonly Fetch[] =>
  'steps' in step ? step.steps.flatMap(fetchesIn) : [step];

test('explains the plan, each fetch and each SOAP call of the operation', async () => {
  const { operation, estimatedCost, plan, fetches } = await explain(query);
  expect(operation).toEqual({ name: 'Mine', type: 'query', hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(estimatedCost).toBeGreaterThan(0);
  const steps = (plan ?? []).flatMap(fetchesIn);
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(steps.at(-1)).toEqual({
    kind: 'entityFetch',
    step: 3,
    subgraph: 'circulation',
    at: ['me'],
    operation: expect.stringContaining('loanQuota {'),
    sends: ['Patron { __typename id cardNumbers }'],
  });
  expect(fetches.map(({ subgraph }) => subgraph).sort()).toEqual(['circulation', 'credentials', 'patrons']);
  const last = fetches.at(-1);
  expect(last).toMatchObject({ step: 3, subgraph: 'circulation', failure: null, bytes: expect.any(Number) });
  expect(last?.soapCalls).toEqual([
    {
      system: 'circulation',
      operation: 'GetLoans',
      calls: 1,
      attempts: 1,
      failed: 0,
      ms: expect.any(Number),
      waitedMs: expect.any(Number),
    },
  ]);
});

test('names what came from a cache: the second time, neither document nor plan takes time', async () => {
  const text = query.replace('used', 'remaining');
  const [first, second] = [await explain(text), await explain(text)];
  expect(first.cached).toEqual({ document: false, plan: false });
  expect(first.timesMs).toMatchObject({ parsing: expect.any(Number), planning: expect.any(Number) });
  expect(second.cached).toEqual({ document: true, plan: true });
  expect(second.timesMs).toMatchObject({ parsing: null, validating: null, planning: null });
  // Another value makes another document, but the operation is the same.
  const values = await explain('query Titles { items(title: "甲") { title } }');
  const others = await explain('query Titles { items(title: "乙") { title } }');
  expect([values.cached, others.cached]).toEqual([
    { document: false, plan: false },
    { document: false, plan: true },
  ]);
  expect(values.operation.hash).toBe(others.operation.hash);
});

test('names the call that failed, and its two attempts', async () => {
  system.legacy.prs.faults.set([{ kind: 'busy', operations: ['GetPatrons'] }]);
  const { fetches } = await explain(query);
  system.legacy.prs.faults.clear();
  const patrons = fetches.find(({ subgraph }) => subgraph === 'patrons');
  expect(patrons?.soapCalls).toMatchObject([{ operation: 'GetPatrons', calls: 1, attempts: 2, failed: 1 }]);
});

test('has no plan for an operation that is rejected', async () => {
  const rejected = await explain(
    'query ($n: Int!) { __typename @include(if: true) items(title: "x", first: $n) { title } }',
  );
  expect(rejected).toMatchObject({ plan: null, fetches: [] });
});
