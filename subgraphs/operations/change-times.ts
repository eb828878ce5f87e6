import type { Journal } from '../../store/journal/port.ts';
import type { LaterChecks, OperationsConfig } from '../runtime/operations-config.ts';

/** The times of the stages of a change, in ms. After all of them, no request of the change is still on its way. */
export interface ChangeTimes {
  /** The time for sending a change after it has reserved a loan or a hold under its patron's limit. */
  readonly sendWithinMs: number;
  /** The deadline of a call to circulation. */
  readonly callMs: number;
  /** The longest time for which circulation may keep a request before it carries it out or drops it. */
  readonly dropAfterMs: number;
  /** A margin for time that no clock measures, such as time in proxies. */
  readonly slackMs: number;
  /** The time within which circulation fills a gap in its feed of events. */
  readonly gapsFillWithinMs: number;
  readonly laterChecks: LaterChecks;
}

/**
 * Delay before the reconciler takes over an operation that is still being prepared, in ms. In this time, the process
 * that received the request may read and check. If it is slower, another process may have settled the operation as
 * refused, or carried it out.
 */
const prepareWithinMs = 20_000;
/**
 * The times of a new operation that must be prepared before its change may be sent. Later, the journal's `reserve` or
 * `allowSending` gives the permission to send.
 */
export const preparedFirst = {
  sendWithinMs: null,
  arriveWithinMs: null,
  reconcileAfterMs: prepareWithinMs,
} as const;
/** The time for sending a change that reserves no loan or hold, in ms. It begins with the permission to send. */
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

/** The time after a change's `sendBy` in which its request may still arrive, in ms. */
export const arriveWithinMs = ({ callMs, slackMs }: ChangeTimes): number => callMs + slackMs;

/**
 * The time after a change's `sendBy` until its outcome is certain, in ms. If the change has no event by then, it was
 * not done, and never will be.
 */
export const settlingMs = (times: ChangeTimes): number => arriveWithinMs(times) + times.dropAfterMs;

/**
 * The times of changes in this process. All processes with this journal must agree on the time after which circulation
 * has dropped a request. A process with a shorter time would conclude that nothing was done, although circulation may
 * still do it.
 * @param callMs the deadline of this process's own calls
 * @throws Error if the time in the journal is longer than this process's. The process must then not start.
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
