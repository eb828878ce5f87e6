/**
 * The state of a system that a process works with.
 *
 * - `stale`: its keys could not be refreshed in time.
 * - `refused`: it answers, but doesn't accept this process.
 * - `unknown`: it was not checked yet, or it is behind a system that is down.
 */
export type DependencyState = (typeof dependencyStates)[number];
export const dependencyStates = ['up', 'stale', 'down', 'refused', 'unknown'] as const;

type States = Readonly<Record<string, DependencyState>>;

export interface DependencyCheck {
  /** The dependency's name in the answers of the health routes. */
  readonly name: string;
  /**
   * Resolves to the states of the systems behind the dependency, by name. Rejects if the dependency can't be reached. If
   * the dependency doesn't accept this process, the error or its cause is {@link Refused}.
   */
  check(signal: AbortSignal): Promise<States>;
}

/** A dependency with no system behind it. `ping` rejects if the dependency can't be reached. */
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

/**
 * The dependency answers, but doesn't accept this process. For example, this process and the dependency have different
 * secrets.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export interface WatchTimes {
  /** Pause between the end of a check and the next one, in ms. */
  readonly everyMs: number;
  /** Time for one check, in ms. */
  readonly timeoutMs: number;
  /** Failures in a row after which a dependency that was up is reported as down. */
  readonly failuresToDown: number;
}

/**
 * Times for dependencies: a change is noticed within four seconds. Ten replicas together send a system at most five
 * checks a second.
 */
const dependencyTimes: WatchTimes = { everyMs: 2000, timeoutMs: 2000, failuresToDown: 1 };
/**
 * Times for the conditions of readiness: a change is noticed within seconds, but one slow answer takes no replica out
 * of service.
 */
export const conditionTimes: WatchTimes = { everyMs: 1000, timeoutMs: 2000, failuresToDown: 2 };

/**
 * Watches one dependency in the background. Only one check runs at a time, so the load on the dependency doesn't depend
 * on how often somebody asks for health.
 */
class Watched {
  readonly #dependency: DependencyCheck;
  readonly #times: WatchTimes;
  readonly #closing: AbortSignal;
  #state: DependencyState = 'unknown';
  /** The states of the systems behind the dependency. All are `unknown` while the checks fail. */
  #behind: States = {};
  #failures = 0;
  #wasUp = false;
  #firstCheck: Promise<void> | null = null;

  constructor(dependency: DependencyCheck, times: WatchTimes, closing: AbortSignal) {
    this.#dependency = dependency;
    this.#times = times;
    this.#closing = closing;
  }

  /** The first call starts the checks. Resolves when the first check has ended, within `timeoutMs`. */
  start(): Promise<void> {
    this.#firstCheck ??= new Promise((known) => void this.#checkAndRepeat(known));
    return this.#firstCheck;
  }

  get states(): States {
    return { [this.#dependency.name]: this.#state, ...this.#behind };
  }

  /** Whether the dependency refuses this process and has never accepted it. */
  get refuses(): boolean {
    return this.#state === 'refused' && !this.#wasUp;
  }

  async #checkAndRepeat(known: () => void): Promise<void> {
    await this.#checkOnce(known);
    if (!this.#closing.aborted) {
      // `setInterval` would start a new check while an old one hangs in spite of its signal.
      setTimeout(() => void this.#checkAndRepeat(known), this.#times.everyMs).unref();
    }
  }

  /**
   * Runs one check. Calls `known` when the check has a result or its time is over. A check that ignores its signal goes
   * on.
   */
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

/**
 * The states, the worst first, and `unknown` last. If several processes see one dependency in different states, the
 * first of these states counts.
 */
const worstFirst: readonly DependencyState[] = ['down', 'refused', 'stale', 'up', 'unknown'];

function worse(one: DependencyState, other: DependencyState | undefined): DependencyState {
  return other !== undefined && worstFirst.indexOf(other) < worstFirst.indexOf(one) ? other : one;
}

/**
 * Watches dependencies in the background. The watch starts when somebody first asks for health, and ends when it is
 * disposed of. So a process that nobody probes puts no load on its dependencies.
 */
export class DependencyWatch implements Disposable {
  readonly #closing = new AbortController();
  readonly #watched: readonly Watched[];

  constructor(dependencies: readonly DependencyCheck[], times: WatchTimes = dependencyTimes) {
    this.#watched = dependencies.map((dependency) => new Watched(dependency, times, this.#closing.signal));
  }

  /** Starts to watch. Resolves after the first checks, which run at the same time and are bounded as any check is. */
  async start(): Promise<void> {
    await Promise.all(this.#watched.map((watched) => watched.start()));
  }

  /** The states of all dependencies and of the systems behind them, by name. */
  states(): States {
    const merged: Record<string, DependencyState> = {};
    for (const { states } of this.#watched) {
      for (const [name, state] of Object.entries(states)) {
        merged[name] = worse(state, merged[name]);
      }
    }
    return merged;
  }

  /**
   * Whether a dependency refuses this process and has never accepted it. Then the mistake is probably in this process's
   * configuration.
   */
  isRefused(): boolean {
    return this.#watched.some(({ refuses }) => refuses);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }
}
