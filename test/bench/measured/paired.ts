import { setTimeout } from 'node:timers/promises';

/** A process that reports its CPU time so far, in µs. */
interface Measured {
  cpu(): Promise<number>;
}

export interface Round<Process extends Measured> {
  /** The number of requests to each process. */
  readonly requests: number;
  /**
   * The number of concurrent requests. If it were 1, the machine would go idle and wake up between requests, and the
   * figures would include this.
   */
  readonly lanes: number;
  /** A time after the last answer that still belongs to the round, in ms. */
  readonly restMs?: number;
  /** Sends a request. `lane` counts from 0. `left` is the number of requests that follow. */
  ask(measured: Process, lane: number, left: number): Promise<unknown>;
}

/**
 * Measures the CPU time of each process per request, in µs. A lane sends each request to all processes, one after the
 * other, and the next request in the opposite order. So other load on the machine affects all of them alike.
 */
export async function cpuOfEach<Process extends Measured>(
  processes: readonly Process[],
  { requests, lanes, restMs = 0, ask }: Round<Process>,
): Promise<readonly number[]> {
  const cpu = () => Promise.all(processes.map((measured) => measured.cpu()));
  const before = await cpu();
  const reversed = processes.toReversed();
  let left = requests;
  const run = async (lane: number) => {
    while (left > 0) {
      left -= 1;
      const request = left;
      for (const measured of request % 2 === 0 ? processes : reversed) {
        await ask(measured, lane, request);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
  await setTimeout(restMs);
  const after = await cpu();
  return after.map((used, index) => (used - (before[index] ?? Number.NaN)) / requests);
}
