import type { ChangeLog, LogPage, LogRow, LogState } from '../../../store/journal/port.ts';
import { pause } from '../../runtime/pause.ts';
import type { Wait } from '../repeat.ts';

/** Pause between two readings of the log, in ms. */
const pollMs = 500;
/** The number of rows of one reading. */
const pageSize = 500;
/**
 * The number of rows that are kept in memory. At 100 changes a second, a stream may be 50 seconds late before it reads
 * the database.
 */
const maxRows = 5_000;
/** Streams wait this long for a log that can't be read, in ms. */
const patienceMs = 10_000;
/** A state of the log that is older than this is read again, in ms. */
const freshMs = 1_000;

/**
 * The newest rows of the log of changes. One process reads them for all its streams. While a stream waits, the log is
 * read twice a second, and also as soon as `wake` is called. Each stream keeps only its position. So a slow stream
 * loses nothing: it reads the rows after its position when it is ready.
 *
 * @example
 * let { generation, newest: position } = await tail.state();
 * while (!signal.aborted) {
 *   const page = await tail.next(generation, position, signal);
 *   if (page.isGone) { throw expired(); }
 *   for (const row of page.rows) { … position = row.number; }
 * }
 */
export interface LogTail extends AsyncDisposable {
  /**
   * The state of the log at most a second ago. A list that is read afterwards is not older. Rejects with
   * `StoreUnavailable`.
   */
  state(): Promise<LogState>;
  /**
   * The rows after a position of a generation, 1 to 500. Waits until there is one. The rows come from memory if they
   * are recent, and otherwise from the database. The page is `isGone`, and has no rows, if the generation has changed,
   * or if the position was removed. Rejects with `StoreUnavailable` if the log can't be read for ten seconds, and with
   * the signal's reason when it is aborted.
   */
  next(generation: string, after: number, signal: AbortSignal): Promise<LogPage>;
  /** Reads the log at once. The process that numbers the log's rows calls it after each numbering. */
  wake(): void;
}

export interface LogTailOptions {
  readonly wait?: Wait;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
}

/** Starts to read the end of the log. It reads nothing until `next` or `state` is called. */
export const startLogTail = (
  log: Pick<ChangeLog, 'logState' | 'readLog'>,
  options: LogTailOptions,
): LogTail => new Tail(log, options);

/** A call of `next` that waits. */
interface Waiting {
  /** Whether the call waits for a new row. If not, it waits only until the log is read again. */
  readonly waitsForNews: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class Tail implements LogTail {
  readonly #log: Pick<ChangeLog, 'logState' | 'readLog'>;
  readonly #wait: Wait;
  readonly #monotonic: () => number;
  readonly #stopped = new AbortController();
  /** The newest rows, consecutive, up to `#state.newest`. */
  #rows: readonly LogRow[] = [];
  #state: LogState | null = null;
  /** The newest number when the log was last read. `#state` may be behind it, because a reading gets only one page. */
  #newest = 0;
  /** When the last reading of the log began, and when the last successful one began, by the monotonic clock. */
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** The time since which the log can't be read. Null while it can be read. */
  #failingSinceMs: number | null = null;
  readonly #waiting = new Set<Waiting>();
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #isWoken = false;
  #pausing = new AbortController();

  constructor(log: Pick<ChangeLog, 'logState' | 'readLog'>, { wait = pause, monotonic }: LogTailOptions) {
    this.#log = log;
    this.#wait = wait;
    this.#monotonic = monotonic;
  }

  async state(): Promise<LogState> {
    return this.#state !== null && this.#isFresh ? this.#state : await this.#log.logState();
  }

  async next(generation: string, after: number, signal: AbortSignal): Promise<LogPage> {
    const askedAtMs = this.#monotonic();
    for (;;) {
      signal.throwIfAborted();
      const state = this.#state;
      if (state !== null && this.#isFresh && state.generation === generation && after < state.newest) {
        return await this.#pageAfter(state, after);
      }
      // The caller may know a newer state of the log than this process. So the caller's position counts as removed only
      // if the log was read after this call began.
      const isDecided = this.#lookedAtMs >= askedAtMs;
      if (state !== null && isDecided && (state.generation !== generation || after > this.#newest)) {
        return { ...state, rows: [], isGone: true };
      }
      await this.#look(signal, isDecided);
    }
  }

  wake(): void {
    this.#isWoken = true;
    this.#pausing.abort();
  }

  async [Symbol.asyncDispose]() {
    this.#stopped.abort(new Error('the log is no longer read: the process stops'));
    this.#release(
      () => true,
      ({ reject }) => reject(this.#stopped.signal.reason),
    );
    await this.#running;
  }

  get #isFresh(): boolean {
    return this.#monotonic() - this.#lookedAtMs <= freshMs;
  }

  async #pageAfter(state: LogState, after: number): Promise<LogPage> {
    const [oldest] = this.#rows;
    if (oldest === undefined || after < oldest.number - 1) {
      const page = await this.#log.readLog(after, pageSize);
      return page.generation === state.generation ? page : { ...page, rows: [], isGone: true };
    }
    const from = after + 1 - oldest.number;
    return { ...state, rows: this.#rows.slice(from, from + pageSize), isGone: false };
  }

  /** Resolves after a reading of the log. Rejects if the log can't be read for too long. */
  async #look(signal: AbortSignal, waitsForNews: boolean): Promise<void> {
    this.#stopped.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { waitsForNews, resolve, reject };
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(waiting);
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#running = this.#run();
    }
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#waiting.delete(waiting);
    }
  }

  /** Reads the log repeatedly while somebody waits. Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let hasMore = false;
    while (!signal.aborted && this.#waiting.size > 0) {
      const dueInMs = this.#triedAtMs + pollMs - this.#monotonic();
      if (dueInMs > 0 && !this.#isWoken && !hasMore) {
        this.#pausing = new AbortController();
        await this.#wait(dueInMs, AbortSignal.any([signal, this.#pausing.signal]));
      } else {
        this.#isWoken = false;
        hasMore = await this.#lookOnce();
      }
    }
    this.#isRunning = false;
  }

  /** Reads one page of the log. Resolves to whether there are more rows. Never rejects. */
  async #lookOnce(): Promise<boolean> {
    this.#triedAtMs = this.#monotonic();
    try {
      const before = this.#state;
      const page = before === null ? null : await this.#log.readLog(before.newest, pageSize);
      const { generation, newest, oldestKept } = page ?? (await this.#log.logState());
      const isContinued =
        before !== null &&
        page?.isGone === false &&
        generation === before.generation &&
        newest - before.newest <= maxRows;
      this.#rows = isContinued ? [...this.#rows, ...page.rows].slice(-maxRows) : [];
      const shown = isContinued ? before.newest + page.rows.length : newest;
      this.#state = { generation, newest: shown, oldestKept };
      this.#newest = newest;
      this.#lookedAtMs = this.#triedAtMs;
      this.#failingSinceMs = null;
      const isNews = !isContinued || page.rows.length > 0;
      this.#release(
        ({ waitsForNews }) => isNews || !waitsForNews,
        ({ resolve }) => resolve(),
      );
      return shown < newest;
    } catch (error) {
      this.#failingSinceMs ??= this.#triedAtMs;
      if (this.#monotonic() - this.#failingSinceMs >= patienceMs) {
        this.#release(
          () => true,
          ({ reject }) => reject(error),
        );
      }
      return false;
    }
  }

  #release(isReleased: (waiting: Waiting) => boolean, release: (waiting: Waiting) => void): void {
    for (const waiting of [...this.#waiting].filter(isReleased)) {
      this.#waiting.delete(waiting);
      release(waiting);
    }
  }
}
