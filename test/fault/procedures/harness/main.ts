/**
 * Runs a scenario's operation on several fixtures at once. Each run pauses at its own point. When all are paused, the
 * process sends itself `signal`. After SIGCONT, all runs resume.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { scenarioOf } from '../scenarios/scenarios.ts';
import { pauseAt } from './pause-at-point.ts';
import { openSystem, type Payload, type SystemOptions } from './system.ts';

/** The task of the process, as JSON in `RUNS`. */
export interface Runs {
  readonly scenario: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly times: SystemOptions['times'];
  /** `pauseAt` is the number of the point at which the run pauses. */
  readonly runs: readonly (Pick<SystemOptions, 'legacy'> & { path: string; pauseAt: number })[];
}

const { scenario: name, signal, times, runs }: Runs = JSON.parse(process.env.RUNS ?? '');
const log = pino(pino.destination(2));

const operations = runs.map(({ legacy, path, pauseAt: point }) => {
  const pause = pauseAt(point);
  const carryOut = async (): Promise<Payload> => {
    const options = { legacy, journal: { path }, times, log, settles: false, ...pause } as const;
    await using system = await openSystem(scenarioOf(name), options);
    return (await system.ask()).payload;
  };
  return { pause, answer: carryOut() };
});
await Promise.all(operations.map(({ pause }) => pause.paused));
// Requests that were just sent arrive during this time.
await sleep(100);
process.stdout.write('all pause\n');
process.kill(process.pid, signal);
// SIGSTOP takes effect when the event loop continues.
await sleep(10);
for (const { pause } of operations) {
  pause.resume();
}
const answers = await Promise.all(operations.map(({ answer }) => answer));
process.stdout.write(`answers ${JSON.stringify(answers)}\n`);
