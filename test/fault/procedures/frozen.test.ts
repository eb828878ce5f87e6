import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sample } from '../../support/sample.ts';
import { checkOutcome, startInterrupted } from './harness/interrupted-process.ts';
import { kindsOfPoint, nameOf, pointsOf, recordEach } from './harness/recording.ts';
import { wakingTimes } from './harness/times.ts';
import { scenarioOf } from './scenarios/scenarios.ts';

/**
 * The approval of a stranger's application has the most calls. The report of a lost smart card has two concurrent
 * calls.
 */
const names = [
  'approveApplication: a stranger',
  "approveApplication: the registry gets a patron's identity card",
  'replaceCredential: library card',
  'reportLoss: smart card, to continue',
  'lendHeldItem',
  'the end of a merge',
];

const recorded = await recordEach(names.map(scenarioOf), wakingTimes);
const points = sample('points at which a process is frozen', pointsOf(recorded), {
  each: 1,
  kindsOf: kindsOfPoint,
});

describe('a process that resumes after another has settled its operation changes nothing more', () => {
  test.concurrent.each(recorded)('$name', { timeout: 240_000 }, async ({ name, scenario, recording }) => {
    const at = points.filter((one) => one.scenario === scenario).map(({ point }) => point);
    await using frozen = await startInterrupted(scenario, wakingTimes, at, 'SIGSTOP');
    await frozen.process.says(/all pause/);
    // The journal's clock is put forward, but the frozen process's clock is not. The time to send must be over by its
    // clock, too.
    await sleep(wakingTimes.sendWithinMs);
    await checkOutcome(frozen, recording);
    frozen.process.child.kill('SIGCONT');
    expect(await frozen.process.exit, frozen.process.output.stderr).toBe(0);
    const states = frozen.answers().map(({ operation }) => operation.state);
    expect(states).toEqual(at.map(() => scenario.state));
    for (const { records } of frozen.fixtures) {
      expect(records.changes()).toEqual(scenario.changes);
    }
    process.stdout.write(`${name}: frozen ${at.map(nameOf).join(', ')}\n`);
  });
});
