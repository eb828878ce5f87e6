import { setTimeout } from 'node:timers/promises';

/** A process that tells its CPU time so far, in µs. */
interface Measured {
  cpu(): Promise<number>;
}

export interface Round<Process extends Measured> {
  /** Requests to each process. */
  readonly requests: number;
  /** Requests that are under way at a time. Strictly one after another would measure how the machine goes idle and wakes up. */
  readonly lanes: number;
  /** Time that belongs to the round after its last answer, in ms. */
  readonly restMs?: number;
  /** Sends a request; `lane` from 0, `left` requests follow it. */
  ask(measured: Process, lane: number, left: number): Promise<unknown>;
}

/**
 * The CPU time of each process for one request, in µs. They get each request one after another, and the other way round the next time:
 * whatever else the machine does is done to all of them.
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

/**
 * How many times the cost of `before` the cost of `after` is: the median of the rounds' ratios, and their quartiles. Both were
 * measured at once in each round (`cpuOfEach`).
 * @throws RangeError where there is no round, or not as many of both.
 */
function pairedRatio(
  after: readonly number[],
  before: readonly number[],
): Readonly<Record<'lower' | 'median' | 'upper', number>> {
  if (after.length === 0 || after.length !== before.length) {
    throw new RangeError(`${after.length} rounds can't be compared with ${before.length}`);
  }
  const ratios = after.map((cost, round) => cost / (before[round] ?? Number.NaN)).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))] ?? Number.NaN;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** For a cell of a table, as in `+3.4 % (+1.2 to +5.0)`. */
export function addedCost(after: readonly number[], before: readonly number[]): string {
  const { lower, median, upper } = pairedRatio(after, before);
  const percent = (ratio: number) => `${ratio < 1 ? '' : '+'}${((ratio - 1) * 100).toFixed(1)}`;
  return `${percent(median)} % (${percent(lower)} to ${percent(upper)})`;
}
