import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readCostDirectives } from '../../../../gateway/engine/cost/directives.ts';
import { createOperationVariant } from '../../../../gateway/engine/operations/operation-variant.ts';
import { typeConditionsOf } from '../../../../gateway/executor/index.ts';
import { PlanningError } from '../../../../gateway/planner/index.ts';

const sdl = 'type Query { field: Int }';
const schema = buildSchema(sdl);

/** Asks twice for a plan. The planner fails with this cause. Returns the number of calls to the planner. */
async function planTwice(cause: Error) {
  const definition = getOperationAST(parse('{ field }'));
  if (definition == null) {
    throw new Error('no operation');
  }
  let plannerCalls = 0;
  const variant = createOperationVariant(
    {
      definition,
      fragments: new Map(),
      conditions: new Map(),
      denied: new Set(),
      defer: null,
      percentage: 0,
      labels: [],
    },
    {
      schema,
      types: typeConditionsOf(parse(sdl)),
      planner: {
        consumerSchema: parse(sdl),
        overridePercentages: [],
        overrideLabels: [],
        isTaken: () => false,
        plan: () => {
          plannerCalls++;
          throw new PlanningError(cause, '{ a }');
        },
        planWithin: () => null,
      },
      costs: {
        schema,
        assumedListSize: 10,
        maxFields: 1000,
        requirementCosts: new Map(),
        ...readCostDirectives(parse(sdl)),
      },
      maxFields: 1000,
    },
  );
  await expect(variant.plan(null)).rejects.toThrow(PlanningError);
  await expect(variant.plan(null)).rejects.toThrow(PlanningError);
  return plannerCalls;
}

test('an operation without a plan is not planned again', async () => {
  expect(await planTwice(new Error('Expected a single parent'))).toBe(1);
});
