/** An operation whose planning would block the event loop is planned in a thread. */
import { parse } from 'graphql';
import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../../../gateway/engine/engine.ts';
import { PlanningThread } from '../../../../../gateway/engine/planning/planning-thread.ts';
import { createPlanner } from '../../../../../gateway/planner/index.ts';
import { wideInterface } from '../../../../bench/planner/wide-interface.ts';

vi.setConfig({ testTimeout: 60_000 });

const range = (length: number) => Array.from({ length }, (_, index) => index);
const wide = wideInterface({ types: 1500, subgraphs: 30 });
const long = `{ node { ${range(60)
  .map((n) => `... on Node { a${n}: name }`)
  .join(' ')} } }`;

test('the thread makes the same plan, and says the same of an operation without one', async () => {
  const planner = createPlanner(wide);
  await using thread = new PlanningThread(wide);
  expect(planner.planWithin(0, long, 0)).toBeNull();
  expect(await thread.plan(long, 0)).toEqual(planner.plan(long, 0));
  const planless = 'mutation { quick }';
  const cause = { message: 'there is no operation that can be planned' };
  expect(() => planner.plan(planless, 0)).toThrow(
    expect.objectContaining({ cause: expect.objectContaining(cause) }),
  );
  await expect(thread.plan(planless, 0)).rejects.toMatchObject({
    name: 'PlanningError',
    document: planless,
    cause,
  });
  // The thread goes on.
  expect(await thread.plan('{ quick }', 0)).toEqual(planner.plan('{ quick }', 0));
});

test('a plan that takes more than the longest time is given up', async () => {
  await using thread = new PlanningThread(wide, 1);
  await expect(thread.plan(long, 0)).rejects.toMatchObject({
    name: 'PlanningError',
    cause: { message: 'the plan takes more than 1 ms' },
  });
  expect(await thread.plan('{ quick }', 0)).toMatchObject({ kind: 'fetch' });
});

test('a request whose plan takes long delays no other', async () => {
  await using engine = createEngine(wide);
  const order: string[] = [];
  const ask = async (query: string) => {
    const result = await engine.execute({
      document: parse(query),
      allowance: null,
      shared: null,
      fetch: async ({ operation }) => ({
        data: operation.includes('quick')
          ? { quick: 1 }
          : { node: { __typename: 'T0', id: '0' }, _entities: [{}] },
      }),
    });
    order.push(query);
    return result;
  };
  const slow = ask(long);
  expect(await ask('{ quick }')).toEqual({ data: { quick: 1 } });
  const { data } = await slow;
  expect(Object.keys((data?.node ?? {}) as object)).toHaveLength(60);
  expect(order).toEqual(['{ quick }', long]);
});
