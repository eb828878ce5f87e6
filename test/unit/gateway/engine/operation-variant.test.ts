import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readCostDirectives } from '../../../../gateway/engine/cost/directives.ts';
import { createVariant } from '../../../../gateway/engine/operation-variant.ts';
import { typeConditionsOf } from '../../../../gateway/executor/index.ts';
import { PlanningError } from '../../../../gateway/planner/index.ts';
import { PlannerGone } from '../../../../gateway/planner/planner-child.ts';

const sdl = 'type Query { field: Int }';
const schema = buildSchema(sdl);

/** What asking for a plan twice comes to, and how often the planner was asked. */
async function planTwice(cause: Error) {
  const definition = getOperationAST(parse('{ field }'));
  if (definition == null) {
    throw new Error('no operation');
  }
  let asked = 0;
  const variant = createVariant(
    { definition, fragments: new Map(), conditions: new Map(), denied: new Set(), percentage: 0 },
    {
      schema,
      types: typeConditionsOf(parse(sdl)),
      planner: {
        consumerSdl: sdl,
        overridePercentages: [],
        isTaken: () => false,
        plan: async () => {
          asked++;
          throw new PlanningError(cause, '{ a }');
        },
      },
      costs: { schema, assumedListSize: 10, ...readCostDirectives(parse(sdl)) },
    },
  );
  await expect(variant.plan()).rejects.toThrow(PlanningError);
  await expect(variant.plan()).rejects.toThrow(PlanningError);
  return asked;
}

test('the planner is not asked again for what it has no plan for', async () => {
  expect(await planTwice(new Error('Expected a single parent'))).toBe(1);
});

test('a planner that was gone is asked again', async () => {
  expect(await planTwice(new PlannerGone('slow'))).toBe(2);
});
