/** `SEED=7 PAIRS=100 npx vitest run` with this file repeats the pairs of points of that seed, and tries more pairs. */
import { randomInt } from 'node:crypto';
import PQueue from 'p-queue';
import { describe, test } from 'vitest';
import { randomFrom } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { type Fixture, startFixture } from './harness/fixture.ts';
import { expectOutcome, type SettledAnswers } from './harness/outcome.ts';
import { pauseAt } from './harness/pause-at-point.ts';
import { distinctPoints, nameOf, type RecordedPoint, type Recording, record } from './harness/recording.ts';
import { openSuccessor, SkippedTime } from './harness/successor.ts';
import { patientTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { type Scenario, scenarioOf, scenarios } from './scenarios/scenarios.ts';

const seed = Number(process.env.SEED ?? randomInt(0x1_0000_0000));
/** The number of pairs of points for each scenario. */
const pairs = Number(process.env.PAIRS ?? (isExhaustive ? 3 : 1));
/** At most 24 fixtures run at once. They mostly wait. */
const fixtures = new PQueue({ concurrency: 24 });

describe(`an operation that two processes carry out is done once (SEED=${seed})`, () => {
  test.concurrent.each(scenarios)('$name', { timeout: 600_000 }, async (scenario) => {
    await using recorded = await startFixture(scenario, patientTimes);
    const recording = await record(recorded);
    const points = distinctPoints(recording);
    const all = points.flatMap((first) => points.map((_, index) => ({ first, second: index + 1 })));
    const random = randomFrom(seed + scenarios.indexOf(scenario));
    const some = all
      .map((pair) => ({ pair, order: random() }))
      .sort((a, b) => a.order - b.order)
      .slice(0, pairs);
    await waitForAll(some.map(({ pair }) => fixtures.add(() => checkPair(scenario, recording, pair))));
  });

  test('amendContact is done once, although the registry keeps no reference for it', async () => {
    const scenario = scenarioOf('amendContact');
    await using recorded = await startFixture(scenario, patientTimes);
    const recording = await record(recorded);
    const first = recording.points.find(({ call }) => call === 'patrons.amendContact');
    if (first === undefined) {
      throw new Error('the recording has no amendment');
    }
    // When the other process takes over, the first process has amended the record but not settled the operation.
    await checkPair(scenario, recording, { first, second: 2 });
  });
});

interface Pair {
  readonly first: RecordedPoint;
  /** The number of a point of the second process, whose points differ from those of the first. */
  readonly second: number;
}

/**
 * The first process pauses at a point. Another process takes over and pauses at its own point. Then the first process
 * runs to its end.
 */
async function checkPair(scenario: Scenario, { answer: undisturbed }: Recording, { first, second }: Pair) {
  await using fixture = await startFixture(scenario, patientTimes);
  const answers = await settleInPair(fixture, first, second);
  const what = `resumed ${nameOf(first)} when the other process is at its point ${second}`;
  await expectOutcome(fixture, answers, undisturbed, what);
}

async function settleInPair(fixture: Fixture, first: RecordedPoint, second: number): Promise<SettledAnswers> {
  const skipped = new SkippedTime();
  const sleeping = pauseAt(first.number);
  const takingOver = pauseAt(second);
  await using system = await fixture.open({ ...skipped.options(sleeping), settles: false });
  const asking = system.ask();
  await sleeping.paused;
  await using successor = await openSuccessor(fixture, skipped, takingOver);
  const settling = successor.settled();
  await Promise.race([takingOver.paused, settling]);
  sleeping.resume();
  await asking;
  takingOver.resume();
  return { answer: await settling, again: await successor.settled() };
}
