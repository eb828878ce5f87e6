/** `SEED=7 npx vitest run` with this file loses the same answers again. */
import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { randomFrom, seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';
import { startFixture } from './harness/fixture.ts';
import {
  isRead,
  type LegacyCall,
  type LostAnswer,
  loseAnswer,
  lostAnswersOf,
  skipOnceOver,
} from './harness/lost-answers.ts';
import { type Recording, recordEach } from './harness/recording.ts';
import { SkippedTime } from './harness/successor.ts';
import { settledAnswer } from './harness/system.ts';
import { patientTimes, shortTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { type Scenario, scenarios } from './scenarios/scenarios.ts';

/**
 * At most 16 fixtures run at once. They mostly wait, but with many more, calls take longer than `shortTimes` allows.
 */
const fixtures = new PQueue({ concurrency: 16 });

/** A call of a scenario, and how its answer is lost. */
interface LostCase {
  readonly scenario: Scenario;
  readonly call: LegacyCall;
  readonly loseAnswer: LostAnswer;
}

const nameOf = ({ call, loseAnswer: { fault, isApplied } }: LostCase): string =>
  `${call.operation} ${call.nth} ${fault.kind}${isApplied ? ' (applied)' : ''}`;

const recorded = await recordEach(scenarios, patientTimes);
const random = randomFrom(seed);
const cases = recorded.flatMap(({ scenario, recording: { calls } }) =>
  calls.flatMap((call) => lostAnswersOf(call, random).map((one) => ({ scenario, call, loseAnswer: one }))),
);
/**
 * The sample has, for each scenario and each legacy operation, a read, a lost change and an applied but unanswered
 * change.
 */
const silent = sample('a legacy call without an answer', cases, {
  each: 1,
  kindsOf({ scenario, call, loseAnswer: { isApplied } }) {
    const what = isRead(call) ? 'a read' : `a change, applied: ${isApplied}`;
    return [`${scenario.name}, ${what}`, `${call.system}, ${call.operation}, ${what}`];
  },
});

describe(`a legacy call whose answer is lost once loses and doubles nothing (SEED=${seed})`, () => {
  test.concurrent.each(recorded)('$name', { timeout: 240_000 }, async ({ scenario, recording }) => {
    const ofScenario = silent.filter((one) => one.scenario === scenario);
    await waitForAll(ofScenario.map((one) => fixtures.add(() => checkLostAnswer(recording, one))));
    process.stdout.write(`${scenario.name}: SEED=${seed}: ${ofScenario.map(nameOf).join(', ')}\n`);
  });
});

async function checkLostAnswer({ answer: undisturbed }: Recording, silent: LostCase) {
  const { scenario, call } = silent;
  await using fixture = await startFixture(scenario, shortTimes);
  const { legacy, times, lines, records, audited } = fixture;
  const skipped = new SkippedTime();
  await using system = await fixture.open(skipped.options());
  loseAnswer(legacy, call, silent.loseAnswer);
  const wait = skipOnceOver(skipped, legacy, call, times);
  const { payload: first } = await system.ask();
  expect([scenario.state, 'UNSETTLED'], nameOf(silent)).toContain(first.operation.state);
  const answer = await settledAnswer(system, wait);
  const again = await settledAnswer(system, wait);
  const { recent } = legacy[call.system].faults.status;
  expect(recent.at(-1), nameOf(silent)).toMatchObject({ operation: call.operation });
  const found = { answer, again, changes: records.changes(), audited: audited() };
  const { changes, audited: wantedAudit = [] } = scenario;
  const wanted = { answer: undisturbed, again: undisturbed, changes, audited: wantedAudit };
  expect(found, nameOf(silent)).toEqual(wanted);
  expect(lines.join('\n')).not.toContain('ALARM');
}
