import { describe, expect, test } from 'vitest';
import { startFixture } from './harness/fixture.ts';
import { checkOutcome, startInterrupted } from './harness/interrupted-process.ts';
import { distinctPoints, nameOf, record } from './harness/recording.ts';
import { patientTimes } from './harness/times.ts';
import { scenarios, unseenLoss } from './scenarios/scenarios.ts';

describe('a process that is killed before or after any call to a legacy system leaves nothing half done', () => {
  test.concurrent.each([...scenarios, unseenLoss])('$name', { timeout: 240_000 }, async (scenario) => {
    await using recorded = await startFixture(scenario, patientTimes);
    const recording = await record(recorded);
    expect(recorded.records.changes()).toEqual(scenario.changes);
    expect(recorded.audited()).toEqual(scenario.audited ?? []);
    expect(recording.answer.operation.state).toBe(scenario.state);
    const at = distinctPoints(recording);
    await using killed = await startInterrupted(scenario, patientTimes, at, 'SIGKILL');
    await killed.process.exit;
    expect(killed.process.child.signalCode, killed.process.output.stderr).toBe('SIGKILL');
    await checkOutcome(killed, recording);
    process.stdout.write(`${scenario.name}: killed ${at.map(nameOf).join(', ')}\n`);
  });
});
