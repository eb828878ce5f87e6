import type { ChangeLog } from '../../../store/journal/port.ts';
import { type ProcessLog, reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { repeat } from '../repeat.ts';
import type { LogPosition } from './cursor.ts';

/** The longest time from the beginning of a GraphQL operation until its last read in a subgraph, in ms. */
const operationMs = 15_000;
const sampleEveryMs = 5_000;
/**
 * A process that has just started knows no earlier positions, so it goes back by this number of rows. Even at 600 rows
 * a second, fewer are written in {@link operationMs}.
 */
const rowsOfOperation = 10_000;

interface Services {
  readonly changeLog: Pick<ChangeLog, 'logState'>;
  readonly monotonic: () => number;
  readonly log: ProcessLog;
}

interface Sample extends LogPosition {
  readonly atMs: number;
}

/**
 * Finds a position of the log from before the present GraphQL operation began. An operation reads from several
 * subgraphs, one after the other. So it may have read from *credentials* before it requests a cursor from
 * *circulation*. The cursor must be older than everything that was read.
 */
export class PastPositions {
  readonly #services: Services;
  /**
   * Positions of the log at earlier times, the oldest first. One sample stays that is older than every operation under
   * way. Samples before it are removed.
   */
  #samples: Sample[] = [];

  constructor(services: Services) {
    this.#services = services;
  }

  /** Samples the log's position from now on, until the returned object is disposed of. */
  start(): AsyncDisposable {
    const stopped = new AbortController();
    const sampling = repeat(() => this.#sample(), pause, stopped.signal);
    return {
      async [Symbol.asyncDispose]() {
        stopped.abort();
        await sampling;
      },
    };
  }

  /**
   * A position of the log that is not newer than anything that the GraphQL operation under way has read.
   * @throws StoreUnavailable
   */
  async beforeOperation(): Promise<LogPosition> {
    const { changeLog, monotonic } = this.#services;
    const { generation, newest, oldestKept } = await changeLog.logState();
    const old = this.#samples.findLast(({ atMs }) => atMs <= monotonic() - operationMs);
    const known = old?.generation === generation ? old.number : newest - rowsOfOperation;
    return { generation, number: Math.max(known, oldestKept - 1) };
  }

  async #sample(): Promise<number> {
    const { changeLog, monotonic, log } = this.#services;
    try {
      const { generation, newest: number } = await changeLog.logState();
      const atMs = monotonic();
      const firstNeeded = this.#samples.findLastIndex((one) => one.atMs <= atMs - operationMs);
      this.#samples = [...this.#samples.slice(Math.max(firstNeeded, 0)), { generation, number, atMs }];
    } catch (error) {
      reportFailure(log, error, 'the position of the log is not known');
    }
    return sampleEveryMs;
  }
}
