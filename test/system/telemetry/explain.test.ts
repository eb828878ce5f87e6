import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Explanation } from '../../../gateway/engine/explain.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';

const query = `query Mine { me { name { english } loanQuota { used } } }`;

let system: RunningSystem;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  token = await system.token({ patronId: 'P0000001' });
  // From here on the session with circulation exists.
  await system.ask('{ items(title: "紅樓") { title } }');
});
afterAll(() => system[Symbol.asyncDispose]());

/** Outside production, as here, everybody may ask for it. */
async function explain(text: string, variables: object = {}): Promise<Explanation> {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'patron-graph-explain': '1',
    },
    body: JSON.stringify({ query: text, variables }),
  });
  const { extensions } = (await response.json()) as { extensions: { explain: Explanation } };
  return extensions.explain;
}

type Step = NonNullable<Explanation['plan']>[number];
type Fetch = Exclude<Step, { steps: unknown }>;

/** The fetches of a plan, in its order, whatever runs at the same time. */
const fetchesIn = (step: Step): readonly Fetch[] =>
  'steps' in step ? step.steps.flatMap(fetchesIn) : [step];

test('tells the plan, each fetch and each SOAP call of the operation', async () => {
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

test('tells what the caches gave: the second time neither document nor plan takes time', async () => {
  const text = query.replace('used', 'remaining');
  const [first, second] = [await explain(text), await explain(text)];
  expect(first.cached).toEqual({ document: false, plan: false });
  expect(first.timesMs).toMatchObject({ parsing: expect.any(Number), planning: expect.any(Number) });
  expect(second.cached).toEqual({ document: true, plan: true });
  expect(second.timesMs).toMatchObject({ parsing: null, validating: null, planning: null });
  // Another value makes another document, and the same operation.
  const values = await explain('query Titles { items(title: "甲") { title } }');
  const others = await explain('query Titles { items(title: "乙") { title } }');
  expect([values.cached, others.cached]).toEqual([
    { document: false, plan: false },
    { document: false, plan: true },
  ]);
  expect(values.operation.hash).toBe(others.operation.hash);
});

test('tells which call failed, and that it was tried twice', async () => {
  system.legacy.prs.faults.set([{ kind: 'busy', operations: ['GetPatrons'] }]);
  const { fetches } = await explain(query);
  system.legacy.prs.faults.clear();
  const patrons = fetches.find(({ subgraph }) => subgraph === 'patrons');
  expect(patrons?.soapCalls).toMatchObject([{ operation: 'GetPatrons', calls: 1, attempts: 2, failed: 1 }]);
});

test('an operation that is rejected has no plan', async () => {
  const rejected = await explain(
    'query ($n: Int!) { __typename @include(if: true) items(title: "x", first: $n) { title } }',
  );
  expect(rejected).toMatchObject({ plan: null, fetches: [] });
});
