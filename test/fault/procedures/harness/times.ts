import { type ChangeTimes, changeTimes } from '../../../../subgraphs/operations/change-times.ts';

/** Times for runs in which every call is answered. They are long enough for a busy machine. */
export const patientTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 10_000,
  callMs: 10_000,
  dropAfterMs: 10_000,
  slackMs: 1_000,
};

/** Times for runs with lost answers. They are short enough to wait for their end. */
export const shortTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 1_000,
  callMs: 800,
  dropAfterMs: 1_100,
  slackMs: 300,
};

/** Times for runs in which a process is paused until it is too late to send. */
export const wakingTimes: ChangeTimes = { ...patientTimes, sendWithinMs: 2_000 };
