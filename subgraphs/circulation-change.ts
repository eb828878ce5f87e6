import type {
  Change,
  Circulation,
  CirculationEvent,
  CirculationEventKind,
  MayDepart,
} from '../adapters/circulation/port.ts';
import type { DueOperation, Operation, Settlement } from '../adapters/journal/port.ts';
import { UpstreamError } from '../adapters/soap/port.ts';
import type { ErrorLog } from './errors.ts';
import type { OperationBook } from './operations.ts';

/** How long things may take, in milliseconds. What was sent is known to have ended once all of it has passed. */
export interface ChangeTimes {
  /** From the reservation of a place until nothing is sent any more. */
  readonly sendWithinMs: number;
  /** A call's deadline at the circulation system. */
  readonly callMs: number;
  /** What it has not done so long after it arrived, circulation drops. */
  readonly dropAfterMs: number;
  /** For what the clocks don't tell. */
  readonly slackMs: number;
}

export const changeTimes: ChangeTimes = {
  sendWithinMs: 2_000,
  callMs: 5_000,
  dropAfterMs: 30_000,
  slackMs: 5_000,
};

/** After `sendBy`: from then on, what circulation can't tell of never was, and never will be. */
export const settlingMs = ({ callMs, dropAfterMs, slackMs }: ChangeTimes): number =>
  callMs + dropAfterMs + slackMs;

/** What it takes to change something in circulation, which is neither idempotent nor always heard of again. */
export interface CirculationDesk extends OperationBook {
  readonly circulation: Circulation;
  readonly times: ChangeTimes;
  /** Milliseconds from any fixed moment, and never back. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}

/** Asks circulation for a change, under an operation's own id; `mayDepart` and a signal that no client aborts go along. */
export type Ask<Done> = (mayDepart: MayDepart, signal: AbortSignal) => Promise<Change<Done>>;

/**
 * Asks once. `sendBy`, by the monotonic clock, lies before the journal's own `sendBy`: past it nothing is sent, for others
 * may have concluded that nothing was. Looked at as the first byte is about to leave, so that a process that was frozen
 * meanwhile sends nothing when it wakes. Rejects with an `UpstreamError`, `unencodable`, for what can never be sent.
 */
export async function askOnce<Done>(
  { monotonic }: CirculationDesk,
  sendBy: number,
  ask: Ask<Done>,
): Promise<Change<Done> | 'not done' | 'unknown'> {
  try {
    return await ask(() => monotonic() < sendBy, new AbortController().signal);
  } catch (error) {
    // What can never be sent is not for another time.
    if (!(error instanceof UpstreamError) || error.reason === 'unencodable') throw error;
    return error.reason === 'outcome-unknown' ? 'unknown' : 'not done';
  }
}

/** Milliseconds after which what has had no answer is looked into for the first time, */
export const lookSoonMs = 300;
/** and between two looks from then on. */
export const lookAgainMs = 2_000;
/** What was concluded to be not done is looked at once more in so many milliseconds: within a day, and not right away. */
export const onceMoreMs = 6 * 60 * 60 * 1000;

/**
 * What became of a change that was sent: the event that it left; `never` where there is none and never will be; `open` while
 * it may still be done. An operation that was never to be sent is `never`.
 */
export async function whatBecame(
  { circulation, times }: CirculationDesk,
  { operation, now }: DueOperation,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<CirculationEvent | 'never' | 'open'> {
  if (operation.sendBy === null) return 'never';
  const events = await circulation.eventsByReference(operation.id, signal);
  return events.find((event) => event.kind === kind) ?? (isOver(operation, now, times) ? 'never' : 'open');
}

/** Whether what was asked of circulation after `now` tells for certain. */
export function isOver({ sendBy }: Operation, now: Date, times: ChangeTimes): boolean {
  return sendBy === null || now.getTime() > sendBy.getTime() + settlingMs(times);
}

/**
 * Of what was concluded to be not done: milliseconds until it is looked at once more; null where that was now, and not sooner.
 * Whoever was slow to hear of the conclusion has asked for a look as if there were none.
 */
export function untilOnceMore({ operation: { settledAt }, now }: DueOperation): number | null {
  const leftMs = settledAt === null ? onceMoreMs : settledAt.getTime() + onceMoreMs - now.getTime();
  return leftMs > 0 ? leftMs : null;
}

/** The operation as it stands; says so aloud where what was concluded to be not done was done after all. */
export function alarmed({ operation, isSurprise }: Settlement, log: ErrorLog): Operation {
  if (isSurprise) {
    log.error(
      { operation: operation.id, kind: operation.kind },
      'ALARM: an operation that was settled as not done was done: circulation applied it later than it says it does',
    );
  }
  return operation;
}
