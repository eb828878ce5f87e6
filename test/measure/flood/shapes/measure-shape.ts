import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Agent } from 'undici';
import { randomFrom } from '../../../support/random.ts';
import type { ShapedFloodOptions } from './flooder.ts';
import { type Outcome, send } from './send.ts';
import { shapes } from './shapes.ts';

/** The outcomes of honest callers without the flood and with it, and those of the flood. */
export interface ShapeReport {
  readonly quiet: readonly Outcome[];
  readonly flooded: readonly Outcome[];
  readonly flood: readonly Outcome[];
}

export const honestCallers = 4;
/** The pause between two requests of an honest caller, in ms. */
const pauseMs = 150;
/** The pause after the start of the flood, until its requests are under way, in ms. */
const beginMs = 500;

/**
 * Measures honest callers without a flood and then with a flood of one shape. `phaseMs` is the length of each of these
 * two phases. Honest callers have higher numbers than the callers of the flood.
 */
export async function measureShape(options: ShapedFloodOptions, phaseMs: number): Promise<ShapeReport> {
  const dispatcher = new Agent();
  const ask = (ms: number) => askHonestly(options, dispatcher, AbortSignal.timeout(ms));
  await ask(Math.round(phaseMs / 3));
  const quiet = await ask(phaseMs);
  const flooder = new Worker(new URL('./flooder.ts', import.meta.url), { workerData: options });
  await setTimeout(beginMs);
  const flooded = await ask(phaseMs);
  flooder.postMessage('end');
  const [flood] = (await once(flooder, 'message')) as [readonly Outcome[]];
  await flooder.terminate();
  await dispatcher.close();
  return { quiet, flooded, flood };
}

async function askHonestly(
  { shape, target, callers, seed }: ShapedFloodOptions,
  dispatcher: Agent,
  ended: AbortSignal,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const lane = async (number: number) => {
    const random = randomFrom(seed + 1_000_000 + number + performance.now());
    while (!ended.aborted) {
      outcomes.push(await send(shapes[shape](target, callers + number, random), dispatcher));
      await setTimeout(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: honestCallers }, (_, number) => lane(number)));
  return outcomes;
}
