import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { sample } from '../../support/sample.ts';
import { startFixture } from './harness/fixture.ts';
import { isRead, loseAnswer } from './harness/lost-answers.ts';
import { recordEach } from './harness/recording.ts';
import { settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { scenarios } from './scenarios/scenarios.ts';

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
  test.concurrent.each(recorded)(
    '$name',
    { timeout: 240_000 },
    async ({ scenario, recording: undisturbed }) => {
      const ofScenario = changes.filter((one) => one.scenario === scenario);
      const checked = ofScenario.map(({ call }) =>
        fixtures.add(async () => {
          await using fixture = await startFixture(scenario, patientTimes);
          const { legacy, lines, records } = fixture;
          await using system = await fixture.open();
          loseAnswer(legacy, call, { isApplied: true, fault: { kind: 'deliver-twice' } });
          await system.ask();
          const answer = await settledAnswer(system);
          // Blocking a blocked card again only adds an event in circulation.
          const all = records.changes();
          const isAddedEvent = (one: string, at: number) => one.startsWith('event ') && one === all[at - 1];
          const made = all.filter((one, at) => !isAddedEvent(one, at));
          const found = { answer, changes: made };
          const name = `${call.system} ${call.operation} ${call.nth}`;
          expect(found, name).toEqual({ answer: undisturbed.answer, changes: scenario.changes });
          // The books report the added event if journal and feed are compared before the test ends.
          const isExpected = (line: string) => all.some(isAddedEvent) && line.includes('DONE_TWICE');
          expect(
            lines.filter((line) => line.includes('ALARM') && !isExpected(line)),
            name,
          ).toEqual([]);
        }),
      );
      await waitForAll(checked);
    },
  );
});
