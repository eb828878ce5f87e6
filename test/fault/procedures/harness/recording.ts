import { expect } from 'vitest';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import type { Point } from './call-points.ts';
import { findingsOf } from './findings.ts';
import { type Fixture, type StartFixture, startFixture } from './fixture.ts';
import { callsOf, type LegacyCall } from './lost-answers.ts';
import type { Payload } from './system.ts';

/** A run without faults. Runs with faults are compared with it. */
export interface Recording {
  readonly answer: Payload;
  /** The points, in the order of the run. */
  readonly points: readonly RecordedPoint[];
  /** All requests that the legacy systems received. */
  readonly calls: readonly LegacyCall[];
}

/**
 * A point of a recorded run. `number` counts from 1. `isAfterJournal` tells whether the journal was called since the
 * previous point.
 */
export interface RecordedPoint extends Point {
  readonly number: number;
  readonly isAfterJournal: boolean;
}

export async function record({ legacy, open }: Fixture): Promise<Recording> {
  const points: RecordedPoint[] = [];
  let isAfterJournal = true;
  await using system = await open({
    settles: false,
    async watch(point) {
      points.push({ ...point, number: points.length + 1, isAfterJournal });
      isAfterJournal = false;
    },
    async watchJournal() {
      isAfterJournal = true;
    },
  });
  const { payload: answer } = await system.ask();
  return { answer, points, calls: callsOf(legacy) };
}

/** A scenario and its run without faults. */
export interface RecordedScenario {
  readonly name: string;
  readonly scenario: Scenario;
  readonly recording: Recording;
}

/** Runs each scenario without faults, and checks that it has the expected effects. */
export async function recordEach(
  scenarios: readonly Scenario[],
  times: ChangeTimes,
  start: StartFixture = startFixture,
): Promise<readonly RecordedScenario[]> {
  const recorded: RecordedScenario[] = [];
  for (const scenario of scenarios) {
    await using fixture = await start(scenario, times);
    const recording = await record(fixture);
    expect(fixture.records.changes(), scenario.name).toEqual(scenario.changes);
    expect(fixture.audited(), scenario.name).toEqual(scenario.audited ?? []);
    expect(recording.answer.operation.state, scenario.name).toBe(scenario.state);
    expect(await findingsOf(fixture), scenario.name).toEqual(scenario.findings ?? []);
    recorded.push({ name: scenario.name, scenario, recording });
  }
  return recorded;
}

/**
 * The points without repetitions. A point right before a call equals the point after the previous answer, unless the
 * journal was called in between.
 */
export const distinctPoints = ({ points }: Recording): RecordedPoint[] =>
  points.filter(({ isAfterJournal, at }) => isAfterJournal || at === 'answered');

/** The distinct points of the recorded runs. */
export const pointsOf = (recorded: readonly RecordedScenario[]) =>
  recorded.flatMap(({ scenario, recording }) =>
    distinctPoints(recording).map((point) => ({ scenario, point })),
  );

/**
 * The kinds of a point for `sample`. The sample has points of each scenario before and after calls, and points of each
 * call of a port.
 */
export const kindsOfPoint = ({ scenario, point }: ReturnType<typeof pointsOf>[number]) => [
  `${scenario.name}, ${point.at}`,
  nameOf(point),
];

export const nameOf = ({ call, at }: Point): string => `${at === 'before' ? 'before' : 'after'} ${call}`;
