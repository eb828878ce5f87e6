import PQueue from 'p-queue';
import { expect } from 'vitest';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { type RunningProcess, run } from '../../../support/processes.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import { type Fixture, type StartFixture, startFixture } from './fixture.ts';
import type { Runs } from './main.ts';
import { expectOutcome, type SettledAnswers } from './outcome.ts';
import { nameOf, type RecordedPoint, type Recording } from './recording.ts';
import { openSuccessor } from './successor.ts';
import type { Payload } from './system.ts';
import { waitForAll } from './wait-for-all.ts';

/**
 * A process that runs the same operation once for each point, each time on another fixture. Every run pauses at its
 * point. When all are paused, the process kills or stops itself, so that one process tests all points.
 */
export interface InterruptedRun extends AsyncDisposable {
  readonly process: RunningProcess;
  /** The answers that the process has printed. */
  answers(): readonly Payload[];
  readonly fixtures: readonly (Fixture & { readonly point: RecordedPoint })[];
}

/** At most 24 checks run at once. They mostly wait. */
const ends = new PQueue({ concurrency: 24 });

export async function startInterrupted(
  scenario: Scenario,
  times: ChangeTimes,
  points: readonly RecordedPoint[],
  signal: Runs['signal'],
  start: StartFixture = startFixture,
): Promise<InterruptedRun> {
  await using resources = new AsyncDisposableStack();
  const fixtures = await Promise.all(
    points.map(async (point) => ({ ...resources.use(await start(scenario, times)), point })),
  );
  const runs = fixtures.map(({ legacy: { prs, cms, circ }, path, point }) => ({
    legacy: { prs: { url: prs.url }, cms: { url: cms.url }, circ: { url: circ.url } },
    path,
    pauseAt: point.number,
  }));
  const told: Runs = { scenario: scenario.name, signal, times, runs };
  const env = { RUNS: JSON.stringify(told) };
  const process = resources.use(run('test/fault/procedures/harness/main.ts', env));
  const open = resources.move();
  return {
    process,
    fixtures,
    answers: () => JSON.parse(/^answers (.+)$/m.exec(process.output.stdout)?.[1] ?? '[]') as Payload[],
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Checks that a successor settles each operation with the answer and the records of a run without faults. */
export async function checkOutcome(
  { fixtures }: InterruptedRun,
  { answer: undisturbed }: Recording,
): Promise<void> {
  const check = async ({ point, ...fixture }: InterruptedRun['fixtures'][number]) => {
    await expectOutcome(fixture, await settleAsSuccessor(fixture), undisturbed, nameOf(point));
    const references = fixture.records.references();
    expect(new Set(references).size).toBe(references.length);
  };
  await waitForAll(fixtures.map((fixture) => ends.add(() => check(fixture))));
}

async function settleAsSuccessor(fixture: Fixture): Promise<SettledAnswers> {
  await using successor = await openSuccessor(fixture);
  return { answer: await successor.settled(), again: await successor.settled() };
}
