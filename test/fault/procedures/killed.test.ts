import { describe, expect, test } from 'vitest';
import { startScene } from './harness/fixture.ts';
import { checkEnds, startDisturbed } from './harness/interrupted-process.ts';
import { moments, nameOf, record } from './harness/recording.ts';
import { patientTimes } from './harness/times.ts';
import { scenarios, unseenLoss } from './scenarios/scenarios.ts';

describe('a process that is killed before or after any call to a legacy system leaves nothing half done', () => {
  test.concurrent.each([...scenarios, unseenLoss])('$name', { timeout: 240_000 }, async (scenario) => {
    await using recorded = await startScene(scenario, patientTimes);
    const recording = await record(recorded);
    expect(recorded.books.changes()).toEqual(scenario.changes);
    expect(recording.answer.operation.state).toBe(scenario.state);
    const at = moments(recording);
    await using killed = await startDisturbed(scenario, patientTimes, at, 'SIGKILL');
    await killed.process.exit;
    expect(killed.process.child.signalCode, killed.process.output.stderr).toBe('SIGKILL');
    await checkEnds(killed, recording);
    process.stdout.write(`${scenario.name}: killed ${at.map(nameOf).join(', ')}\n`);
  });
});
