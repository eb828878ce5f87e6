import { expect, test } from 'vitest';
import type { PlanNode } from '../../../../gateway/executor/index.ts';
import { planByWays } from '../../../../gateway/planner/plan-by-ways.ts';
import { UnusablePlan } from '../../../../gateway/planner/read-plan.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const sdl = compose({ shop: { sdl: `${link} type Query { book: Int film: Int }` } });
const ways = [sdl, `${sdl}\n# rewritten`].map((each) => ({
  sdl: each,
  findWrong: () => undefined,
  isForPanics: false,
}));
const plan: PlanNode = { kind: 'sequence', nodes: [] };

/** Plans by ways of which plans of some are refused; tells which were asked. */
function planning(isRefused: (sdl: string, operation: string) => boolean) {
  const asked: string[] = [];
  const planBy = planByWays({
    ways,
    read: (node, way) => {
      const text = JSON.stringify(node);
      asked.push(`${way.sdl === sdl ? 'composed' : 'rewritten'}: ${text.includes('film') ? 'film' : 'book'}`);
      if (isRefused(way.sdl, text)) {
        throw new UnusablePlan('refused');
      }
      return plan;
    },
    spread: (document) => (document.includes('book') ? '{ film }' : undefined),
  });
  return async (document: string) => {
    asked.length = 0;
    const planned = await planBy(document, 0).catch((error: unknown) => error);
    return { planned, asked: [...asked] };
  };
}

test('the supergraph as it was composed is planned by first', async () => {
  const ask = planning(() => false);
  expect(await ask('{ book }')).toEqual({ planned: plan, asked: ['composed: book'] });
});

test('what worked for a document comes first when it is planned again', async () => {
  const ask = planning((each) => each === sdl);
  expect(await ask('{ film }')).toEqual({ planned: plan, asked: ['composed: film', 'rewritten: film'] });
  expect(await ask('{ film }')).toEqual({ planned: plan, asked: ['rewritten: film'] });
});

test('other words come after every supergraph, and are remembered too', async () => {
  const ask = planning((_, operation) => operation.includes('book'));
  const asked = ['composed: book', 'rewritten: book', 'composed: film'];
  expect(await ask('{ book }')).toEqual({ planned: plan, asked });
  expect(await ask('{ book }')).toEqual({ planned: plan, asked: ['composed: film'] });
});

test('where nothing works the first reason is told', async () => {
  const ask = planning(() => true);
  const asked = ['composed: film', 'rewritten: film'];
  expect(await ask('{ film }')).toEqual({ planned: new UnusablePlan('refused'), asked });
});
