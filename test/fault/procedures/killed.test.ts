import { describe, expect, test } from 'vitest';
import { sample } from '../../support/sample.ts';
import { checkOutcome, startInterrupted } from './harness/interrupted-process.ts';
import { kindsOfPoint, nameOf, pointsOf, recordEach } from './harness/recording.ts';
import { patientTimes } from './harness/times.ts';
import { scenarios, unseenLoss } from './scenarios/scenarios.ts';

const recorded = await recordEach([...scenarios, unseenLoss], patientTimes);
const points = sample('points at which a process is killed', pointsOf(recorded), {
  each: 1,
  kindsOf: kindsOfPoint,
});

describe('a process that is killed before or after any call to a legacy system leaves nothing half done', () => {
  test.concurrent.each(recorded)('$name', { timeout: 240_000 }, async ({ scenario, recording }) => {
    const at = points.filter((one) => one.scenario === scenario).map(({ point }) => point);
    await using killed = await startInterrupted(scenario, patientTimes, at, 'SIGKILL');
    await killed.process.exit;
    expect(killed.process.child.signalCode, killed.process.output.stderr).toBe('SIGKILL');
    await checkOutcome(killed, recording);
    process.stdout.write(`${scenario.name}: killed ${at.map(nameOf).join(', ')}\n`);
  });
});
