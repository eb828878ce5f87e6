import { ObservedNumbers } from '../../platform/time/observed-numbers.ts';
import type { DueOperation, Journal, TakenOperation } from '../../store/journal/port.ts';
import { type ErrorLog, reportFailure } from '../runtime/errors.ts';
import { maxCirculationTimeMs } from '../runtime/operations-config.ts';
import { pause } from '../runtime/pause.ts';
import { repeat, type Wait } from './repeat.ts';

/**
 * Pause before more operations are taken up, in ms. Together with {@link maxRunning}, it limits the reconciliations in
 * a second.
 */
const pauseMs = 500;
/**
 * Duration of the lease on an operation, in ms. If it is not renewed in time, another process may take over the
 * operation.
 */
const leaseMs = 15_000;
/** Pause before the lease is renewed, in ms. Two attempts may fail before the lease ends. */
const prolongEveryMs = leaseMs / 3;
/**
 * The longest time for which a lease is renewed, in ms. A procedure takes minutes at most. One that takes longer hangs,
 * and its operation is left to other processes. This process takes the operation again only after its procedure ended.
 */
const maxLeasedMs = 600_000;
/** Pause between two removals of expired operations, in ms. */
const forgetEveryMs = 60 * 60 * 1000;
/**
 * The maximum number of operations that are reconciled at the same time. Calls of the class `background` may use a
 * quarter of a system's queue: 32 calls by default. All reconcilers of a process share this part of the queue.
 */
const maxRunning = 16;

/**
 * The longest time that the reconciler can measure since the permission to send, in ms. A change becomes certain
 * earlier: sending and arriving take some seconds, and circulation drops a request within `maxCirculationTimeMs`.
 */
export const observedUpToMs = 2 * maxCirculationTimeMs;

/** The shortest and the longest delay between two reconciliations of an operation that stays unsettled, in ms. */
const minBackOffMs = 500;
const maxBackOffMs = 30_000;

/**
 * Finds the outcome of an operation, and settles the operation if the outcome is known. Resolves to the minimum delay
 * before the next reconciliation, in ms; null if none is needed.
 */
export type Reconcile = (due: ObservedOperation, signal: AbortSignal) => Promise<number | null>;

export interface ObservedOperation extends DueOperation {
  /** A lower bound of the time since the permission to send, by this process's clock, in ms. 0 if not known. */
  readonly observedMs: number;
}

export interface ReconcilerOptions {
  readonly journal: Journal;
  readonly log: ErrorLog;
  /**
   * The functions that reconcile operations, by kind of operation. Operations of other kinds are left to other
   * subgraphs.
   */
  readonly reconcilers: Readonly<Record<string, Reconcile>>;
  /** Resolves after a time in ms, or when the signal aborts. Default: by the machine's clock. */
  readonly wait?: Wait;
  /** Milliseconds since any fixed moment. The value never decreases. Default: the machine's clock. */
  readonly monotonic?: () => number;
}

/**
 * Starts the loop that completes unsettled operations. The loop runs until the returned object is disposed of. It takes
 * up the operations of this process and of all other processes, even of processes that have stopped. A lease in the
 * journal gives each operation to only one process at a time.
 *
 * Example: a process sends a check-out and is killed before the answer comes. The operation is `UNSETTLED` and due.
 * Another process takes it up, reads circulation's events with its id, finds the loan and settles the operation as
 * `DONE`. The client sends its reference again, and gets that outcome.
 */
export function startReconciler(options: ReconcilerOptions): AsyncDisposable {
  const stopped = new AbortController();
  const { signal } = stopped;
  const { wait = pause, monotonic = () => performance.now() } = options;
  const reconciling = new Reconciling(options, wait, new ObservedNumbers(monotonic, observedUpToMs), signal);
  const taking = repeat(() => reconciling.takeDue(), wait, signal);
  const forgetting = repeat(() => forget(options), wait, signal);
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all([taking, forgetting]);
      await reconciling.ended();
    },
  };
}

/**
 * The delay before an unsettled operation is reconciled again, in ms: a quarter of its age, from 500 to 30,000. So
 * reconciliations become less frequent, and the delay is small compared with the operation's age. For an age of 8 s, it
 * is 2 s.
 */
export function backOffMs({ operation: { requestedAt }, now }: DueOperation): number {
  const ageMs = now.getTime() - requestedAt.getTime();
  return Math.min(Math.max(Math.round(ageMs / 4), minBackOffMs), maxBackOffMs);
}

async function forget({ journal, log }: ReconcilerOptions): Promise<number> {
  try {
    await journal.removeExpired();
  } catch (error) {
    report(error, {}, log);
  }
  return forgetEveryMs;
}

/**
 * The operations that this process is reconciling. There may be several, so that a procedure of several minutes does
 * not delay the others.
 */
class Reconciling {
  readonly #options: ReconcilerOptions;
  readonly #wait: Wait;
  readonly #sendNumbers: ObservedNumbers;
  readonly #signal: AbortSignal;
  /** The reconciliations in progress, by the operation's id. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: ReconcilerOptions, wait: Wait, sendNumbers: ObservedNumbers, signal: AbortSignal) {
    this.#options = options;
    this.#wait = wait;
    this.#sendNumbers = sendNumbers;
    this.#signal = signal;
  }

  /**
   * Takes up the operations that have been due longest, as long as fewer than {@link maxRunning} are in progress.
   * Resolves to the pause before more are taken up.
   */
  async takeDue(): Promise<number> {
    const { journal, log, reconcilers } = this.#options;
    try {
      this.#sendNumbers.see(await journal.lastSendNumber());
      const room = maxRunning - this.#running.size;
      // The operations in progress here are left out, so that none is started twice. Their lease may have ended if this
      // process was frozen, or if an operation hangs.
      const running = [...this.#running.keys()];
      const due = room === 0 ? [] : await journal.takeDue(room, leaseMs, Object.keys(reconcilers), running);
      for (const one of due) {
        this.#start(one);
      }
    } catch (error) {
      report(error, {}, log);
    }
    return pauseMs;
  }

  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #start({ sendNumber, ...due }: TakenOperation): void {
    const { id } = due.operation;
    const observedMs = this.#sendNumbers.sinceMs(sendNumber ?? 0n);
    const running = this.#reconcileOnce({ ...due, observedMs }).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
  }

  /** Reconciles one operation. If this fails, the others are not delayed. */
  async #reconcileOnce(due: ObservedOperation): Promise<void> {
    const { journal, log } = this.#options;
    const { id, kind } = due.operation;
    try {
      const again = await this.#whileLeased(id, () => msUntilNextCheck(this.#options, due, this.#signal));
      await journal.reconcileAgain(id, again);
    } catch (error) {
      // The lease then ends, and this or another process reconciles the operation again.
      report(error, { operation: id, kind }, log);
    }
  }

  /**
   * Renews the lease until the work has ended. Then waits for a renewal under way, because it could overwrite the time
   * of the next reconciliation, which is stored after the work.
   */
  async #whileLeased<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const ended = new AbortController();
    const prolonging = this.#prolong(id, ended.signal);
    try {
      return await work();
    } finally {
      ended.abort();
      await prolonging;
    }
  }

  async #prolong(id: string, ended: AbortSignal): Promise<void> {
    const { journal, log } = this.#options;
    for (let leasedMs = prolongEveryMs; leasedMs <= maxLeasedMs; leasedMs += prolongEveryMs) {
      await this.#wait(prolongEveryMs, ended);
      if (ended.aborted) {
        return;
      }
      try {
        await journal.reconcileAgain(id, leaseMs);
      } catch (error) {
        report(error, { operation: id }, log);
      }
    }
  }
}

/**
 * The delay before the operation is reconciled again, in ms; null for never. After failures, the operation is
 * reconciled less and less often.
 */
async function msUntilNextCheck(
  { reconcilers, log }: ReconcilerOptions,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<number | null> {
  const { id, kind } = due.operation;
  try {
    const again = await reconcilers[kind]?.(due, signal);
    return again == null ? null : Math.max(again, backOffMs(due));
  } catch (error) {
    report(error, { operation: id, kind }, log);
    return backOffMs(due);
  }
}

function report(error: unknown, about: Readonly<Record<string, string>>, log: ErrorLog): void {
  reportFailure(log, error, 'operations could not be reconciled', about);
}
