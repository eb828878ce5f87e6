import type { DueOperation, Journal } from '../../store/journal/port.ts';
import { type ErrorLog, reportFailure } from '../runtime/errors.ts';
import { pause } from '../runtime/pause.ts';
import { ObservedTime } from './observed-time.ts';
import { repeat, type Wait } from './repeat.ts';

/** Pause before more operations are taken up, in ms. With {@link maxRunning} it bounds the reconciliations in a second. */
const pauseMs = 500;
/** After this many ms another process may take over an operation that this one is reconciling, unless the lease is prolonged. */
const leaseMs = 15_000;
/** Pause before the lease is prolonged, in ms: two attempts may fail before it runs out. */
const prolongEveryMs = leaseMs / 3;
/**
 * The longest time for which a lease is prolonged, in ms. A procedure takes minutes at the most. One that takes longer hangs,
 * and is left to other processes: this one does not take it again before it has ended.
 */
const maxLeasedMs = 600_000;
/** Pause between two removals of expired operations, in ms. */
const forgetEveryMs = 60 * 60 * 1000;
/**
 * The most operations that are reconciled at the same time. Calls of the class `background` have a quarter of a system's queue,
 * 32 by default, and two subgraphs of one process may share it.
 */
const maxRunning = 16;

/** The shortest and the longest delay between two reconciliations of an operation that stays unsettled, in ms. */
const minBackOffMs = 500;
const maxBackOffMs = 30_000;

/**
 * Finds out what became of an operation, and settles it where that is known. Resolves to the minimum delay before the next
 * reconciliation in ms; null where none is needed.
 */
export type Reconcile = (due: ObservedOperation, signal: AbortSignal) => Promise<number | null>;

export interface ObservedOperation extends DueOperation {
  /** Milliseconds by this process's clock since it saw the journal's clock show that moment; 0 where it has not. */
  readonly observedSinceMs: (moment: Date) => number;
}

export interface ReconcilerOptions {
  readonly journal: Journal;
  readonly log: ErrorLog;
  /** By kind of operation. Other kinds are left to other subgraphs. */
  readonly reconcilers: Readonly<Record<string, Reconcile>>;
  /** Resolves after so many ms, or as soon as the signal aborts. Default: by the machine's clock. */
  readonly wait?: Wait;
  /** Milliseconds since any fixed moment; it never goes back. Default: the machine's clock. */
  readonly monotonic?: () => number;
}

/**
 * Starts the loop that drives unsettled operations to their end, until it is disposed of. It takes up the operations of this
 * process and of others, running or dead; a lease in the journal gives each to one process at a time.
 *
 * A process sends a check-out and is killed before the answer comes. The operation is `UNSETTLED` and due. Another process
 * takes it up, asks circulation what the reference led to, finds the loan and settles the operation as `DONE`. The client
 * sends its reference again, and gets that outcome.
 */
export function startReconciler(options: ReconcilerOptions): AsyncDisposable {
  const stopped = new AbortController();
  const { signal } = stopped;
  const { wait = pause, monotonic = () => performance.now() } = options;
  const reconciling = new Reconciling(options, wait, new ObservedTime(monotonic), signal);
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
 * The delay before an unsettled operation is reconciled again, in ms: a quarter of its age, 500 to 30,000. So reconciliations
 * grow rarer, and an outcome is found at most a quarter of the operation's age too late. At 8 s of age: 2 s.
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
 * The operations that this process is reconciling. A due operation starts as soon as another has ended, so a procedure of
 * minutes delays neither the others nor the next reading of the journal's clock.
 */
class Reconciling {
  readonly #options: ReconcilerOptions;
  readonly #wait: Wait;
  readonly #seen: ObservedTime;
  readonly #signal: AbortSignal;
  /** By the operation's id. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: ReconcilerOptions, wait: Wait, seen: ObservedTime, signal: AbortSignal) {
    this.#options = options;
    this.#wait = wait;
    this.#seen = seen;
    this.#signal = signal;
  }

  /**
   * Takes up the operations that have been due longest, as far as there is room. Resolves to the pause before more are taken
   * up.
   */
  async takeDue(): Promise<number> {
    const { journal, log, reconcilers } = this.#options;
    try {
      this.#seen.see(await journal.now());
      const room = maxRunning - this.#running.size;
      // These must not be started twice: their lease has run out if this process was frozen, or if the operation hangs.
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

  /** Resolves once none of them runs any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #start(due: DueOperation): void {
    const { id } = due.operation;
    const observedSinceMs = (moment: Date) => this.#seen.sinceMs(moment);
    const running = this.#reconcileOnce({ ...due, observedSinceMs }).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
  }

  /** A failure for one operation does not delay the others. */
  async #reconcileOnce(due: ObservedOperation): Promise<void> {
    const { journal, log } = this.#options;
    const { id, kind } = due.operation;
    try {
      const again = await this.#whileLeased(id, () => msUntilNextCheck(this.#options, due, this.#signal));
      await journal.reconcileAgain(id, again);
    } catch (error) {
      // The lease runs out, and some process reconciles the operation then.
      report(error, { operation: id, kind }, log);
    }
  }

  /** Prolongs the lease until the work has ended, and not after that: a late prolongation would overwrite the next due time. */
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

/** In ms; null for never. After a failure the operation is reconciled again, ever more rarely. */
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
