/** The flood of one shape, in a thread of its own, so that it doesn't delay the measuring thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { Agent } from 'undici';
import { randomFrom } from '../../../support/random.ts';
import { type Outcome, send } from './send.ts';
import { type ShapeName, type ShapeTarget, shapes } from './shapes.ts';

export interface ShapedFloodOptions {
  readonly shape: ShapeName;
  readonly target: ShapeTarget;
  readonly callers: number;
  /** The number of requests at the same time, of all callers together. */
  readonly parallel: number;
  readonly seed: number;
}

const { shape, target, callers, parallel, seed } = workerData as ShapedFloodOptions;
/**
 * A refused caller waits less than it is told to. Without any pause, the flood would measure how fast the machine refuses.
 */
const pauseMs = 250;
const outcomes: Outcome[] = [];
const ending = new AbortController();
const dispatcher = new Agent({ connections: parallel });

async function flood(lane: number): Promise<void> {
  const random = randomFrom(seed + lane);
  while (!ending.signal.aborted) {
    const outcome = await send(shapes[shape](target, lane % callers, random), dispatcher);
    outcomes.push(outcome);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

const lanes = Array.from({ length: parallel }, (_, lane) => flood(lane));
parentPort?.once('message', async () => {
  ending.abort();
  await Promise.all(lanes);
  await dispatcher.destroy();
  parentPort?.postMessage(outcomes);
});
