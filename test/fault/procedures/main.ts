/**
 * Asks for a scenario's operation of several scenes at once, each until it comes by a point of its own. There it stands, and
 * when all stand the process sends itself `signal`; woken from it, all go on.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Watch } from './calls.ts';
import { scenarioOf } from './scenarios.ts';
import { openSystem, type SystemOptions } from './system.ts';

/** What the process is to do, as JSON in `RUNS`. */
export interface Runs {
  readonly scenario: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly times: SystemOptions['times'];
  /** `standAt`: the number of the point. */
  readonly runs: readonly (Pick<SystemOptions, 'legacy'> & { path: string; standAt: number })[];
}

const { scenario: name, signal, times, runs }: Runs = JSON.parse(process.env.RUNS ?? '');
const woken = Promise.withResolvers<void>();
let standing = 0;

/** Stops one operation at a point, and with it all that goes on beside. */
function standingAt(number: number): { watch: Watch; watchJournal: Watch } {
  let passed = 0;
  let stands = false;
  const wait = async () => {
    if (stands) await woken.promise;
  };
  return {
    async watch() {
      passed += 1;
      if (passed === number) {
        stands = true;
        standing += 1;
        if (standing === runs.length) void end();
      }
      await wait();
    },
    watchJournal: wait,
  };
}

async function end(): Promise<void> {
  // What goes on beside, a request that has just left, gets to where it is waited for.
  await sleep(100);
  process.kill(process.pid, signal);
  // A stop takes effect on the way back to the event loop.
  await sleep(10);
  woken.resolve();
}

const log = pino(pino.destination(2));
await Promise.all(
  runs.map(async ({ legacy, path, standAt }, index) => {
    const options = { legacy, journal: { path }, times, log, settles: false } as const;
    await using system = await openSystem(scenarioOf(name), { ...options, ...standingAt(standAt) });
    // Not through the stream: what comes right before an end could be lost.
    writeSync(1, `answer ${index} ${JSON.stringify(await system.ask())}\n`);
  }),
);
