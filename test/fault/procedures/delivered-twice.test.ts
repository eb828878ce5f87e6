import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { sample } from '../../support/sample.ts';
import { findingsOf } from './harness/findings.ts';
import { type Fixture, startFixture } from './harness/fixture.ts';
import { isRead, type LegacyCall, loseAnswer } from './harness/lost-answers.ts';
import { type Recording, recordEach } from './harness/recording.ts';
import { type Payload, settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { type Scenario, scenarios } from './scenarios/scenarios.ts';

/** At most eight fixtures run at once. Each has three systems and a journal. */
const fixtures = new PQueue({ concurrency: 8 });

const recorded = await recordEach(scenarios, patientTimes);
const changes = sample(
  'changes that are delivered twice',
  recorded.flatMap(({ scenario, recording: { calls } }) =>
    calls.filter((call) => !isRead(call)).map((call) => ({ scenario, call })),
  ),
  { each: 1, kindsOf: ({ scenario, call }) => [scenario.name, `${call.system}, ${call.operation}`] },
);

describe('a change that is delivered twice, and answered for the second delivery, is made once', () => {
  test.concurrent.each(recorded)('$name', { timeout: 240_000 }, async ({ scenario, recording }) => {
    const ofScenario = changes.filter((one) => one.scenario === scenario);
    const checked = ofScenario.map(({ call }) => fixtures.add(() => checkChange(scenario, call, recording)));
    await waitForAll(checked);
  });
});

async function checkChange(
  scenario: Scenario,
  call: LegacyCall,
  { answer: undisturbed }: Recording,
): Promise<void> {
  await using fixture = await startFixture(scenario, patientTimes);
  const { legacy, lines, records } = fixture;
  loseAnswer(legacy, call, { isApplied: true, fault: { kind: 'deliver-twice' } });
  const answer = await askUntilSettled(fixture);
  // Blocking a blocked card again only adds an event in circulation. The books find this event, and nothing else.
  const all = records.changes();
  const isAddedEvent = (one: string, at: number) => one.startsWith('event ') && one === all[at - 1];
  const found = {
    answer,
    changes: all.filter((one, at) => !isAddedEvent(one, at)),
    findings: (await findingsOf(fixture)).map((line) => line.replace(/^DONE_TWICE .*/, 'DONE_TWICE')),
  };
  const addedFindings = all.filter(isAddedEvent).map(() => 'DONE_TWICE');
  const name = `${call.system} ${call.operation} ${call.nth}`;
  expect(found, name).toEqual({
    answer: undisturbed,
    changes: scenario.changes,
    findings: [...(scenario.findings ?? []), ...addedFindings].sort(),
  });
  const isAboutElse = (line: string) => line.includes('ALARM') && !line.includes('DONE_TWICE');
  expect(lines.filter(isAboutElse), name).toEqual([]);
}

async function askUntilSettled(fixture: Fixture): Promise<Payload> {
  await using system = await fixture.open();
  await system.ask();
  return await settledAnswer(system);
}
