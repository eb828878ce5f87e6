import type { Journal } from '../../adapters/journal/port.ts';
import type { LaterChecks, OperationsConfig } from '../runtime/operations-config.ts';

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
  readonly laterChecks: LaterChecks;
}

/**
 * Delay before the reconciler takes over an operation that is still being prepared, in ms. Until then the process that
 * received the request may read and judge; a slower one finds its operation settled as refused, or carried out by another.
 */
export const prepareWithinMs = 20_000;
/** The same for an operation that needs no reservation: time to prepare and send it, in ms. */
export const prepareAndSendMs = 10_000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const changeTimes: ChangeTimes = {
  sendWithinMs: 2_000,
  callMs: 5_000,
  dropAfterMs: 30_000,
  slackMs: 5_000,
  laterChecks: { refused: [minuteMs, 5 * minuteMs, 6 * hourMs], done: [6 * hourMs] },
};

/** After `sendBy`, what was sent arrives in so many milliseconds, if ever. */
export const arriveWithinMs = ({ callMs, slackMs }: ChangeTimes): number => callMs + slackMs;

/** After `sendBy`: from then on, what circulation can't tell of never was, and never will be. */
export const settlingMs = (times: ChangeTimes): number => arriveWithinMs(times) + times.dropAfterMs;

/**
 * The times of changes in this process, once its drop time has been agreed on with all processes over the journal: a process
 * with a smaller one would take for never done what circulation may still do. `callMs`: the deadline of its own calls.
 * @throws Error where another process has told a larger drop time; then this one must not start.
 */
export async function agreedTimes(
  journal: Journal,
  { dropAfterMs, laterChecks }: OperationsConfig,
  callMs: number = changeTimes.callMs,
): Promise<ChangeTimes> {
  const agreedMs = await journal.agreeOnDropTime(dropAfterMs);
  if (agreedMs > dropAfterMs) {
    throw new Error(
      `CIRC_DROP_AFTER_MS is ${dropAfterMs} here, and the journal has ${agreedMs}, by which all its processes go: ` +
        `set it to ${agreedMs} or more. docs/runbook.md tells how to lower it.`,
    );
  }
  return { ...changeTimes, callMs, dropAfterMs, laterChecks: laterChecks ?? changeTimes.laterChecks };
}
