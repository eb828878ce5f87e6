/**
 * One caller, or a few callers, send one kind of request more often than there are slots for it. No other caller is
 * refused.
 */
import { expect, test } from 'vitest';
import { measureShape } from '../../measure/flood/shapes/measure-shape.ts';
import { parallelOf, shapeNames } from '../../measure/flood/shapes/shapes.ts';
import { openTarget } from '../../measure/flood/shapes/target.ts';
import { startEmbedded } from '../../measure/flood/system.ts';
import { seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';

/** The length of a phase in ms. `npm run flood` has longer phases, and reports how long the answers took. */
const phaseMs = 1500;
/**
 * The codes after 429 come in answers with status 200. They mean that the caller's own budget is used up, or that a
 * system behind the graph has too many calls of this caller. A slow machine may have no answer in time (503).
 */
const outcomesOfFlood = [
  'answered',
  '429',
  'RATE_LIMITED',
  'TOO_MANY_REQUESTS',
  'UPSTREAM_OVERLOADED',
  'SYSTEM_UNAVAILABLE',
  '503',
];

const floods = shapeNames.flatMap((shape) => [1, 12].map((callers) => ({ shape, callers })));
const tested = sample('shapes', floods, { each: 1, kindsOf: ({ callers }) => [String(callers)] });

test.each(tested)(
  `many $shape at once, of $callers: no other caller of the class is refused (SEED=${seed})`,
  { timeout: 120_000 },
  async ({ shape, callers }) => {
    await using system = await startEmbedded({ rates: 'off' });
    system.legacy.cms.latencyMs = 50;
    const target = await openTarget(system, shape, callers);
    const options = { shape, target, callers, parallel: parallelOf[shape], seed };
    const { quiet, flooded, flood } = await measureShape(options, phaseMs);
    expect(flooded.length).toBeGreaterThan(3);
    expect([...quiet, ...flooded].filter(({ what }) => what !== 'answered')).toEqual([]);
    expect(flood.filter(({ what }) => !outcomesOfFlood.includes(what))).toEqual([]);
    expect(flood.filter(({ saysWhen }) => !saysWhen)).toEqual([]);
  },
);
