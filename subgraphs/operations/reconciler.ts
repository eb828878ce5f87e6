import { type DueOperation, type Journal, JournalUnavailable } from '../../adapters/journal/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import { ObservedTime } from './observed-time.ts';

/** Milliseconds from the end of one batch to the next, full or not: with {@link most}, what bounds the looks in a second. */
const pauseMs = 500;
/** Milliseconds in which one look at an operation has ended, or another process may take it up. */
const leaseMs = 15_000;
/** Milliseconds between two removals of what is 30 days old. */
const forgetEveryMs = 60 * 60 * 1000;
/**
 * Operations looked at in one go. Calls in the background have a quarter of a system's queue, 32 with its defaults, and two
 * subgraphs of one process may share that.
 */
const most = 16;

/** Milliseconds until an operation that stays open is looked at again, at first and at most. */
const soonMs = 500;
const atMostMs = 30_000;

/**
 * Looks once at what has become of an operation, and settles it where that is known. Tells in how many milliseconds to look
 * again, at the soonest; null where that is not needed any more.
 */
export type Reconcile = (due: ObservedOperation, signal: AbortSignal) => Promise<number | null>;

export interface ObservedOperation extends DueOperation {
  /** Milliseconds by this process's own clock since it saw the journal's show that moment; 0 where it has not. */
  readonly observedSinceMs: (moment: Date) => number;
}

export interface ReconcilerOptions {
  readonly journal: Journal;
  readonly log: ErrorLog;
  /** By kind of operation; of other kinds nothing is looked at. */
  readonly reconcilers: Readonly<Record<string, Reconcile>>;
  /** Resolves in so many milliseconds, or as the signal aborts; by the machine's clock unless given. */
  readonly wait?: Wait;
  /** Milliseconds from any fixed moment, and never back; the machine's unless given. */
  readonly monotonic?: () => number;
}
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Finds out what became of the operations that nobody settled, for as long as it is not disposed of: those of this process
 * and of others, living or dead, each looked at by one process at a time.
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

/** `once` tells how many milliseconds to pause. */
async function repeat(once: () => Promise<number>, wait: Wait, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(await once(), signal);
  }
}

/**
 * Milliseconds until an operation that stays open is looked at again: a quarter of its age, so that the looks at it grow
 * rarer, and what is found out is a quarter late at most.
 */
export function backOffMs({ operation: { requestedAt }, now }: DueOperation): number {
  const ageMs = now.getTime() - requestedAt.getTime();
  return Math.min(Math.max(Math.round(ageMs / 4), soonMs), atMostMs);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  if (signal.aborted) {
    end();
  }
  signal.addEventListener('abort', end, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', end));
}

async function forget({ journal, log }: ReconcilerOptions): Promise<number> {
  try {
    await journal.removeExpired();
  } catch (error) {
    report(error, {}, log);
  }
  return forgetEveryMs;
}

/** Looks once at what has been due longest. */
async function reconcileDue(
  options: ReconcilerOptions,
  seen: ObservedTime,
  signal: AbortSignal,
): Promise<number> {
  const { journal, log, reconcilers } = options;
  const observedSinceMs = (moment: Date) => seen.sinceMs(moment);
  try {
    seen.see(await journal.now());
    const due = await journal.takeDue(most, leaseMs, Object.keys(reconcilers));
    await Promise.all(due.map((one) => reconcileOnce(options, { ...one, observedSinceMs }, signal)));
  } catch (error) {
    report(error, {}, log);
  }
  return pauseMs;
}

/** What fails for one does not keep the others waiting. */
async function reconcileOnce(
  options: ReconcilerOptions,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<void> {
  const { id, kind } = due.operation;
  try {
    await options.journal.reconcileAgain(id, await msUntilNextCheck(options, due, signal));
  } catch (error) {
    // The lease ends, and someone asks again.
    report(error, { operation: id, kind }, options.log);
  }
}

/** In milliseconds, null for never. What fails is tried again, ever more rarely. */
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

/** A system that can't be reached can't tell. Of what nobody foresaw the message could hold a person's data (R30). */
function report(error: unknown, about: Readonly<Record<string, string>>, log: ErrorLog): void {
  if (error instanceof UpstreamError || error instanceof JournalUnavailable) {
    log.warn(about, error.message);
  } else {
    log.error(
      { ...about, name: error instanceof Error ? error.name : typeof error },
      'operations could not be looked after',
    );
  }
}
