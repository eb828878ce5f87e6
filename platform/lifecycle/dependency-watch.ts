/**
 * The state of something that a process works with. `stale`: keys that could not be refreshed when they should have been.
 * `refused`: it answers, and doesn't let this process in. `unknown`: not checked yet, or behind something that is down.
 */
export type DependencyState = (typeof dependencyStates)[number];
export const dependencyStates = ['up', 'stale', 'down', 'refused', 'unknown'] as const;

type States = Readonly<Record<string, DependencyState>>;

/** How to find out whether a dependency is up. */
export interface DependencyCheck {
  /** Its name in the answers of the health routes. */
  readonly name: string;
  /**
   * Rejects where the dependency can't be reached; with {@link Refused}, or an error that has it as its cause, where it
   * doesn't let this process in. Resolves to the states of what is behind it, by name.
   */
  check(signal: AbortSignal): Promise<States>;
}

/** A dependency with nothing behind it. `ping` rejects where it can't be reached. */
export const pingCheck = (
  name: string,
  ping: (signal: AbortSignal) => Promise<unknown>,
): DependencyCheck => ({
  name,
  async check(signal) {
    await ping(signal);
    return {};
  },
});

/** A dependency answers, and doesn't let this process in: they have different secrets, say. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** When dependencies are checked. */
export interface WatchTimes {
  /** Pause between the end of a check and the next one, in ms. */
  readonly everyMs: number;
  /** Time for one check, in ms. */
  readonly timeoutMs: number;
  /** Failures in a row before a dependency that was up counts as down. */
  readonly failuresToDown: number;
}

/** A change is noticed within four seconds. Ten replicas ask a system five times a second. */
const dependencyTimes: WatchTimes = { everyMs: 2000, timeoutMs: 2000, failuresToDown: 1 };
/** For what readiness depends on: noticed within seconds. One slow answer takes no replica out of service. */
export const conditionTimes: WatchTimes = { everyMs: 1000, timeoutMs: 2000, failuresToDown: 2 };

/**
 * Watches one dependency in the background, with one check at a time, so that the load on it doesn't depend on how often
 * somebody asks for health.
 */
class Watched {
  readonly #dependency: DependencyCheck;
  readonly #times: WatchTimes;
  readonly #closing: AbortSignal;
  #state: DependencyState = 'unknown';
  /** What is behind it. Names are kept while it is down. */
  #behind: States = {};
  #failures = 0;
  #wasUp = false;
  #firstCheck: Promise<void> | null = null;

  constructor(dependency: DependencyCheck, times: WatchTimes, closing: AbortSignal) {
    this.#dependency = dependency;
    this.#times = times;
    this.#closing = closing;
  }

  /** Starts to watch, if it has not started yet. Resolves when the first check has ended, within `timeoutMs`. */
  start(): Promise<void> {
    this.#firstCheck ??= new Promise((known) => void this.#checkAndRepeat(known));
    return this.#firstCheck;
  }

  get states(): States {
    return { [this.#dependency.name]: this.#state, ...this.#behind };
  }

  /** Whether it has never let this process in, and refuses to. */
  get refuses(): boolean {
    return this.#state === 'refused' && !this.#wasUp;
  }

  async #checkAndRepeat(known: () => void): Promise<void> {
    await this.#checkOnce(known);
    if (!this.#closing.aborted) {
      // Not `setInterval`: a check that hangs in spite of its signal must not be joined by more.
      setTimeout(() => void this.#checkAndRepeat(known), this.#times.everyMs).unref();
    }
  }

  /** `known` is called once there is a result. A check that ignores its signal may end later. */
  async #checkOnce(known: () => void): Promise<void> {
    const timeout = new AbortController();
    const timer = setTimeout(() => {
      this.#failed('down');
      timeout.abort();
      known();
    }, this.#times.timeoutMs).unref();
    try {
      const behind = await this.#dependency.check(AbortSignal.any([timeout.signal, this.#closing]));
      if (!timeout.signal.aborted) {
        this.#behind = behind;
        this.#failures = 0;
        this.#wasUp = true;
        this.#state = 'up';
      }
    } catch (error) {
      if (!timeout.signal.aborted) {
        this.#failed(isRefusal(error) ? 'refused' : 'down');
      }
    } finally {
      clearTimeout(timer);
      known();
    }
  }

  #failed(state: 'down' | 'refused'): void {
    this.#failures += 1;
    if (this.#state !== 'up' || this.#failures >= this.#times.failuresToDown) {
      this.#state = state;
      this.#behind = Object.fromEntries(Object.keys(this.#behind).map((name) => [name, 'unknown'] as const));
    }
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Refused || (error instanceof Error && error.cause instanceof Refused);

/** Several processes may see one dependency. What one of them can't reach is a problem, whatever the others see. */
const worstFirst: readonly DependencyState[] = ['down', 'refused', 'stale', 'up', 'unknown'];

function worse(one: DependencyState, other: DependencyState | undefined): DependencyState {
  return other !== undefined && worstFirst.indexOf(other) < worstFirst.indexOf(one) ? other : one;
}

/**
 * Watches dependencies in the background, from the first time that somebody asks for health until it is disposed of. So a
 * process that nobody probes loads nobody.
 */
export class DependencyWatch implements Disposable {
  readonly #closing = new AbortController();
  readonly #watched: readonly Watched[];

  constructor(dependencies: readonly DependencyCheck[], times: WatchTimes = dependencyTimes) {
    this.#watched = dependencies.map((dependency) => new Watched(dependency, times, this.#closing.signal));
  }

  /** Starts to watch. Resolves when each dependency was checked once, within the time for one check. */
  async start(): Promise<void> {
    await Promise.all(this.#watched.map((watched) => watched.start()));
  }

  /** The states of all dependencies and of what is behind them, by name. */
  states(): States {
    const merged: Record<string, DependencyState> = {};
    for (const { states } of this.#watched) {
      for (const [name, state] of Object.entries(states)) {
        merged[name] = worse(state, merged[name]);
      }
    }
    return merged;
  }

  /** Whether a dependency refuses this process, and has done so since the start: the fault is likely here. */
  isRefused(): boolean {
    return this.#watched.some(({ refuses }) => refuses);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }
}
