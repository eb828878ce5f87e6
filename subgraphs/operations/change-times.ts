import type { Journal } from '../../store/journal/port.ts';
import type { LaterChecks, OperationsConfig } from '../runtime/operations-config.ts';

/** How long each stage of a change may take, in ms. After all of them, everything that was sent has ended. */
export interface ChangeTimes {
  /** From the reservation of a place until the last moment to send the change. */
  readonly sendWithinMs: number;
  /** The deadline of a call to circulation. */
  readonly callMs: number;
  /** Circulation drops a request that it has not carried out this long after it arrived. */
  readonly dropAfterMs: number;
  /** A margin for what no clock measures, such as time in proxies. */
  readonly slackMs: number;
  /** Circulation fills a gap in its feed of events within this time. */
  readonly gapsFillWithinMs: number;
  readonly laterChecks: LaterChecks;
}

/**
 * Delay before the reconciler takes over an operation that is still being prepared, in ms. Until then the process that
 * received the request may read and judge; a slower one finds its operation settled as refused, or carried out by another.
 */
const prepareWithinMs = 20_000;
/** The times of a new operation that is prepared first, and may be sent only after `reserve` or `allowSending`. */
export const preparedFirst = {
  sendWithinMs: null,
  arriveWithinMs: null,
  reconcileAfterMs: prepareWithinMs,
} as const;
/** Time to send a change that takes no place, from the permission to send it, in ms. */
export const prepareAndSendMs = 10_000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const changeTimes: ChangeTimes = {
  sendWithinMs: 2_000,
  callMs: 5_000,
  dropAfterMs: 30_000,
  slackMs: 5_000,
  gapsFillWithinMs: minuteMs,
  laterChecks: { refused: [minuteMs, 5 * minuteMs, 6 * hourMs], done: [6 * hourMs] },
};

/** A request arrives within this many ms after `sendBy`, if ever. */
export const arriveWithinMs = ({ callMs, slackMs }: ChangeTimes): number => callMs + slackMs;

/** This many ms after `sendBy`, a change without an event was not done, and never will be. */
export const settlingMs = (times: ChangeTimes): number => arriveWithinMs(times) + times.dropAfterMs;

/**
 * The times of changes in this process, after all processes over the journal have agreed on one drop time. A process with a
 * smaller one would conclude that nothing was done while circulation may still do it. `callMs`: the deadline of its own calls.
 * @throws Error where the journal has a larger drop time than this process: it must not start then.
 */
export async function agreedTimes(
  journal: Journal,
  { dropAfterMs, laterChecks, gapsFillWithinMs }: OperationsConfig,
  callMs: number = changeTimes.callMs,
): Promise<ChangeTimes> {
  const agreedMs = await journal.agreeOnDropTime(dropAfterMs);
  if (agreedMs > dropAfterMs) {
    throw new Error(
      `CIRC_DROP_AFTER_MS is ${dropAfterMs} here, and the journal has ${agreedMs}, by which all its processes go: ` +
        `set it to ${agreedMs} or more. docs/runbook.md tells how to lower it.`,
    );
  }
  const later = laterChecks ?? changeTimes.laterChecks;
  return { ...changeTimes, callMs, dropAfterMs, gapsFillWithinMs, laterChecks: later };
}
