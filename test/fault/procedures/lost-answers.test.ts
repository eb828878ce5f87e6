/** `SEED=7 npx vitest run` with this file loses the same answers again. */
import PQueue from 'p-queue';
import { describe, test } from 'vitest';
import { randomFrom, seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';
import { checkLostAnswer, kindsOfLost, lostCasesOf, nameOfLost } from './harness/check-lost-answer.ts';
import { recordEach } from './harness/recording.ts';
import { patientTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { scenarios } from './scenarios/scenarios.ts';

/**
 * At most 16 fixtures run at once. They mostly wait, but with many more, calls take longer than `shortTimes` allows.
 */
const fixtures = new PQueue({ concurrency: 16 });

const recorded = await recordEach(scenarios, patientTimes);
const silent = sample('a legacy call without an answer', lostCasesOf(recorded, randomFrom(seed)), {
  each: 1,
  kindsOf: kindsOfLost,
});

describe(`a legacy call whose answer is lost once loses and doubles nothing (SEED=${seed})`, () => {
  test.concurrent.each(recorded)('$name', { timeout: 240_000 }, async ({ scenario, recording }) => {
    const ofScenario = silent.filter((one) => one.scenario === scenario);
    await waitForAll(ofScenario.map((one) => fixtures.add(() => checkLostAnswer(recording, one))));
    process.stdout.write(`${scenario.name}: SEED=${seed}: ${ofScenario.map(nameOfLost).join(', ')}\n`);
  });
});
