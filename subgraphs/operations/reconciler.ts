import type { DueOperation, Journal } from '../../adapters/journal/port.ts';
import { type ErrorLog, reportFailure } from '../runtime/errors.ts';
import { pause } from '../runtime/pause.ts';
import { ObservedTime } from './observed-time.ts';
import { repeat, type Wait } from './repeat.ts';

/** Pause between two batches, in ms. With {@link maxBatch} it bounds the reconciliations in a second. */
const pauseMs = 500;
/** After this many ms another process may take over an operation that this one is reconciling. */
const leaseMs = 15_000;
/** Pause between two removals of expired operations, in ms. */
const forgetEveryMs = 60 * 60 * 1000;
/**
 * Operations reconciled in one batch. Calls of the class `background` have a quarter of a system's queue, 32 by default, and
 * two subgraphs of one process may share it.
 */
const maxBatch = 16;

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
  const seen = new ObservedTime(monotonic);
  const settling = repeat(() => reconcileDue(options, seen, signal), wait, signal);
  const forgetting = repeat(() => forget(options), wait, signal);
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all([settling, forgetting]);
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

/** Reconciles one batch: what has been due longest. Resolves to the pause before the next. */
async function reconcileDue(
  options: ReconcilerOptions,
  seen: ObservedTime,
  signal: AbortSignal,
): Promise<number> {
  const { journal, log, reconcilers } = options;
  const observedSinceMs = (moment: Date) => seen.sinceMs(moment);
  try {
    seen.see(await journal.now());
    const due = await journal.takeDue(maxBatch, leaseMs, Object.keys(reconcilers));
    await Promise.all(due.map((one) => reconcileOnce(options, { ...one, observedSinceMs }, signal)));
  } catch (error) {
    report(error, {}, log);
  }
  return pauseMs;
}

/** A failure for one operation does not delay the others. */
async function reconcileOnce(
  options: ReconcilerOptions,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<void> {
  const { id, kind } = due.operation;
  try {
    await options.journal.reconcileAgain(id, await msUntilNextCheck(options, due, signal));
  } catch (error) {
    // The lease runs out, and some process reconciles the operation then.
    report(error, { operation: id, kind }, options.log);
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
