import { expect } from 'vitest';
import type { Scenario } from '../scenarios/scenarios.ts';
import { type Fixture, type StartFixture, startFixture } from './fixture.ts';
import {
  isRead,
  type LegacyCall,
  type LostAnswer,
  loseAnswer,
  lostAnswersOf,
  skipOnceOver,
} from './lost-answers.ts';
import { expectOutcome, type SettledAnswers } from './outcome.ts';
import type { RecordedScenario, Recording } from './recording.ts';
import { SkippedTime } from './successor.ts';
import { settledAnswer } from './system.ts';
import { shortTimes } from './times.ts';

/** A call of a scenario, and how its answer is lost. */
export interface LostCase {
  readonly scenario: Scenario;
  readonly call: LegacyCall;
  readonly loseAnswer: LostAnswer;
}

export const nameOfLost = ({ call, loseAnswer: { fault, isApplied } }: LostCase): string =>
  `${call.operation} ${call.nth} ${fault.kind}${isApplied ? ' (applied)' : ''}`;

/** All calls of the recorded runs, with each way in which an answer is lost. */
export const lostCasesOf = (recorded: readonly RecordedScenario[], random: () => number): LostCase[] =>
  recorded.flatMap(({ scenario, recording: { calls } }) =>
    calls.flatMap((call) => lostAnswersOf(call, random).map((one) => ({ scenario, call, loseAnswer: one }))),
  );

/**
 * The kinds of a case for `sample`. The sample has, for each scenario and each legacy operation, a read, a lost change
 * and an applied but unanswered change.
 */
export function kindsOfLost({ scenario, call, loseAnswer: { isApplied } }: LostCase): readonly string[] {
  const what = isRead(call) ? 'a read' : `a change, applied: ${isApplied}`;
  return [`${scenario.name}, ${what}`, `${call.system}, ${call.operation}, ${what}`];
}

/** Checks that the operation ends like the run without faults, although one answer is lost. */
export async function checkLostAnswer(
  { answer: undisturbed }: Recording,
  lost: LostCase,
  start: StartFixture = startFixture,
): Promise<void> {
  await using fixture = await start(lost.scenario, shortTimes);
  const answers = await settleWithout(fixture, lost);
  const { recent } = fixture.legacy[lost.call.system].faults.status;
  expect(recent.at(-1), nameOfLost(lost)).toMatchObject({ operation: lost.call.operation });
  await expectOutcome(fixture, answers, undisturbed, nameOfLost(lost));
}

async function settleWithout({ legacy, times, open }: Fixture, lost: LostCase): Promise<SettledAnswers> {
  const { scenario, call } = lost;
  const skipped = new SkippedTime();
  await using system = await open(skipped.options());
  loseAnswer(legacy, call, lost.loseAnswer);
  const wait = skipOnceOver(skipped, legacy, call, times);
  const { payload: first } = await system.ask();
  expect([scenario.state, 'UNSETTLED'], nameOfLost(lost)).toContain(first.operation.state);
  return { answer: await settledAnswer(system, wait), again: await settledAnswer(system, wait) };
}
