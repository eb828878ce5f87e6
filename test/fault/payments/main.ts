/**
 * Makes changes in the payment system at once. Each pauses at its own point, or before if it has fewer points. When none goes on,
 * the process kills itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pauseAt } from '../procedures/harness/pause-at-point.ts';
import { askFor, openPaying, type Wanted } from './payments.ts';

/** The task of the process, as JSON in `RUNS`. `pauseAt` is the number of the point, from 1. */
export interface Runs {
  readonly url: string;
  readonly path: string;
  readonly runs: readonly { readonly wanted: Wanted; readonly pauseAt: number }[];
}

const { url, path, runs }: Runs = JSON.parse(process.env.RUNS ?? '');
const servicesWith = await openPaying(url, path, new AsyncDisposableStack());
await Promise.all(
  runs.map(({ wanted, pauseAt: point }) => {
    const { watch, paused } = pauseAt(point);
    return Promise.race([paused, askFor(servicesWith(watch), wanted)]);
  }),
);
// Requests that were just sent arrive during this time.
await sleep(100);
process.kill(process.pid, 'SIGKILL');
