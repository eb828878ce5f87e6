/** `SEED=7 npx vitest run` with this file has the same silences again. */
import { randomInt } from 'node:crypto';
import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../support/random.ts';
import { startScene } from './harness/fixture.ts';
import { callsOf, type LegacyCall, type Silence, silence, silencesOf } from './harness/lost-answers.ts';
import { type Recording, record } from './harness/recording.ts';
import { openSystem, settledAnswer } from './harness/system.ts';
import { patientTimes, shortTimes } from './harness/times.ts';
import { together } from './harness/wait-for-all.ts';
import { type Scenario, scenarios } from './scenarios/scenarios.ts';

const seed = Number(process.env.SEED ?? randomInt(0x1_0000_0000));
/** Most of their time is waiting. */
const scenes = new PQueue({ concurrency: 40 });

describe(`a legacy call that is silent once loses and doubles nothing (SEED=${seed})`, () => {
  test.concurrent.each(scenarios)('$name', { timeout: 240_000 }, async (scenario) => {
    await using recorded = await startScene(scenario, patientTimes);
    const recording = await record(recorded);
    expect(recorded.books.changes()).toEqual(scenario.changes);
    const random = randomFrom(seed + scenarios.indexOf(scenario));
    const silent = callsOf(recorded.legacy).flatMap((call) =>
      silencesOf(call, random).map((one) => ({ call, silence: one })),
    );
    await together(silent.map((one) => scenes.add(() => checkSilent(scenario, recording, one))));
    process.stdout.write(`${scenario.name}: SEED=${seed}: ${silent.map(nameOf).join(', ')}\n`);
  });
});

interface Silent {
  readonly call: LegacyCall;
  readonly silence: Silence;
}

const nameOf = ({ call, silence: { fault, isApplied } }: Silent): string =>
  `${call.operation} ${call.nth} ${fault.kind}${isApplied ? ' (applied)' : ''}`;

async function checkSilent(scenario: Scenario, { answer: undisturbed }: Recording, silent: Silent) {
  await using scene = await startScene(scenario, shortTimes);
  const { legacy, path, times, log, lines, books } = scene;
  await using system = await openSystem(scenario, {
    ...{ legacy, journal: { path }, times, log, settles: true },
  });
  silence(legacy, silent.call, silent.silence);
  const { payload: first } = await system.ask();
  expect([scenario.state, 'UNSETTLED'], nameOf(silent)).toContain(first.operation.state);
  const answer = await settledAnswer(system);
  const again = await settledAnswer(system);
  const { recent } = legacy[silent.call.system].faults.status;
  expect(recent.at(-1), nameOf(silent)).toMatchObject({ operation: silent.call.operation });
  const found = { answer, again, changes: books.changes() };
  const wanted = { answer: undisturbed, again: undisturbed, changes: scenario.changes };
  expect(found, nameOf(silent)).toEqual(wanted);
  expect(lines.join('\n')).not.toContain('ALARM');
}
