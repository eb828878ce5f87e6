/** `SEED=7 npx vitest run` with this file loses the same answers again. */
import { randomInt } from 'node:crypto';
import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../support/random.ts';
import { startFixture } from './harness/fixture.ts';
import {
  callsOf,
  type LegacyCall,
  type LostAnswer,
  loseAnswer,
  lostAnswersOf,
} from './harness/lost-answers.ts';
import { type Recording, record } from './harness/recording.ts';
import { openSystem, settledAnswer } from './harness/system.ts';
import { patientTimes, shortTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { type Scenario, scenarios } from './scenarios/scenarios.ts';

const seed = Number(process.env.SEED ?? randomInt(0x1_0000_0000));
/** Fixtures at the same time; they mostly wait. */
const fixtures = new PQueue({ concurrency: 40 });

describe(`a legacy call whose answer is lost once loses and doubles nothing (SEED=${seed})`, () => {
  test.concurrent.each(scenarios)('$name', { timeout: 240_000 }, async (scenario) => {
    await using recorded = await startFixture(scenario, patientTimes);
    const recording = await record(recorded);
    expect(recorded.records.changes()).toEqual(scenario.changes);
    expect(recorded.audited()).toEqual(scenario.audited ?? []);
    const random = randomFrom(seed + scenarios.indexOf(scenario));
    const silent = callsOf(recorded.legacy).flatMap((call) =>
      lostAnswersOf(call, random).map((one) => ({ call, loseAnswer: one })),
    );
    await waitForAll(silent.map((one) => fixtures.add(() => checkLostAnswer(scenario, recording, one))));
    process.stdout.write(`${scenario.name}: SEED=${seed}: ${silent.map(nameOf).join(', ')}\n`);
  });
});

interface LostCase {
  readonly call: LegacyCall;
  readonly loseAnswer: LostAnswer;
}

const nameOf = ({ call, loseAnswer: { fault, isApplied } }: LostCase): string =>
  `${call.operation} ${call.nth} ${fault.kind}${isApplied ? ' (applied)' : ''}`;

async function checkLostAnswer(scenario: Scenario, { answer: undisturbed }: Recording, silent: LostCase) {
  await using fixture = await startFixture(scenario, shortTimes);
  const { legacy, path, times, log, lines, records, audited } = fixture;
  await using system = await openSystem(scenario, {
    ...{ legacy, journal: { path }, times, log, settles: true },
  });
  loseAnswer(legacy, silent.call, silent.loseAnswer);
  const { payload: first } = await system.ask();
  expect([scenario.state, 'UNSETTLED'], nameOf(silent)).toContain(first.operation.state);
  const answer = await settledAnswer(system);
  const again = await settledAnswer(system);
  const { recent } = legacy[silent.call.system].faults.status;
  expect(recent.at(-1), nameOf(silent)).toMatchObject({ operation: silent.call.operation });
  const found = { answer, again, changes: records.changes(), audited: audited() };
  const { changes, audited: wantedAudit = [] } = scenario;
  const wanted = { answer: undisturbed, again: undisturbed, changes, audited: wantedAudit };
  expect(found, nameOf(silent)).toEqual(wanted);
  expect(lines.join('\n')).not.toContain('ALARM');
}
