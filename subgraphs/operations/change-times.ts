import type { Journal } from '../../store/journal/port.ts';
import type { LaterChecks, OperationsConfig } from '../runtime/operations-config.ts';

/** The times of the stages of a change, in ms. After all of them, no request of the change is still on its way. */
export interface ChangeTimes {
  /** The time from the reservation of a place under a patron's limit until the last moment to send the change. */
  readonly sendWithinMs: number;
  /** The deadline of a call to circulation. */
  readonly callMs: number;
  /** The time from the arrival of a request until circulation drops it, if the request was not carried out. */
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
/** The times of a new operation that is prepared first. It may be sent only after `reserve` or `allowSending`. */
export const preparedFirst = {
  sendWithinMs: null,
  arriveWithinMs: null,
  reconcileAfterMs: prepareWithinMs,
} as const;
/** A change that reserves no place must be sent within this time after the journal permits it, in ms. */
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

/** The time after `sendBy` in which a request may still arrive, in ms. Later it never arrives. */
export const arriveWithinMs = ({ callMs, slackMs }: ChangeTimes): number => callMs + slackMs;

/**
 * The time after `sendBy` until the outcome is certain, in ms. If a change has no event after this time, it was not
 * done, and never will be.
 */
export const settlingMs = (times: ChangeTimes): number => arriveWithinMs(times) + times.dropAfterMs;

/**
 * The times of changes in this process. All processes with this journal must agree on one drop time. A process with a
 * shorter one would conclude that nothing was done, although circulation may still do it.
 * @param callMs the deadline of this process's own calls
 * @throws Error if the journal has a longer drop time than this process. The process must then not start.
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
