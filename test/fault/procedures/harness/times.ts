import { type ChangeTimes, changeTimes } from '../../../../subgraphs/operations/change-times.ts';

/** Where nothing is silent: long enough for a machine that is busy with a lot else. */
export const patientTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 10_000,
  callMs: 10_000,
  dropAfterMs: 10_000,
  slackMs: 1_000,
};

/** Where silence is waited for: short enough to see the end of. */
export const shortTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 1_000,
  callMs: 800,
  dropAfterMs: 1_100,
  slackMs: 300,
};

/** Where a process sleeps until it is too late to send. */
export const wakingTimes: ChangeTimes = { ...patientTimes, sendWithinMs: 2_000 };
