import { setTimeout } from 'node:timers/promises';

/** A process that reports its CPU time so far, in µs. */
interface Measured {
  cpu(): Promise<number>;
}

export interface Round<Process> {
  /** The number of requests to each process. */
  readonly requests: number;
  /** The round ends after this time at the latest, in ms. Default: never. */
  readonly ms?: number;
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
 * Measures the CPU time of each process per request, in µs. Each request goes to all processes in turns
 * ({@link askInTurns}).
 */
export async function cpuOfEach<Process extends Measured>(
  processes: readonly Process[],
  { restMs = 0, ...round }: Round<Process>,
): Promise<readonly number[]> {
  const cpu = () => Promise.all(processes.map((measured) => measured.cpu()));
  const before = await cpu();
  const asked = await askInTurns(processes, round);
  await setTimeout(restMs);
  const after = await cpu();
  return after.map((used, index) => (used - (before[index] ?? Number.NaN)) / asked);
}

/**
 * Sends the requests of a round, and resolves to their number. A lane sends each request to all processes, one after the
 * other, and the next request in the opposite order. So other load on the machine affects all of them alike.
 */
export async function askInTurns<Process>(
  processes: readonly Process[],
  { requests, ms = Number.POSITIVE_INFINITY, lanes, ask }: Omit<Round<Process>, 'restMs'>,
): Promise<number> {
  const reversed = processes.toReversed();
  const end = performance.now() + ms;
  let asked = 0;
  const run = async (lane: number) => {
    while (asked < requests && performance.now() < end) {
      asked += 1;
      const left = requests - asked;
      for (const measured of asked % 2 === 0 ? processes : reversed) {
        await ask(measured, lane, left);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
  return asked;
}
