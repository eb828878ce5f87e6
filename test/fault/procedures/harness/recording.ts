import type { Point } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import { openSystem, type Payload } from './system.ts';

/** An undisturbed run of an operation, with which disturbed ones are compared. */
export interface Recording {
  readonly answer: Payload;
  /** In the order in which they were passed. */
  readonly points: readonly RecordedPoint[];
}

/** `number`: from 1. `isNews`: the journal was called since the previous point. */
export interface RecordedPoint extends Point {
  readonly number: number;
  readonly isAfterJournal: boolean;
}

/** Runs the fixture's operation undisturbed. */
export async function record({ legacy, path, times, log, scenario }: Fixture): Promise<Recording> {
  const points: RecordedPoint[] = [];
  let isAfterJournal = true;
  await using system = await openSystem(scenario, {
    ...{ legacy, journal: { path }, times, log, settles: false },
    async watch(point) {
      points.push({ ...point, number: points.length + 1, isAfterJournal });
      isAfterJournal = false;
    },
    async watchJournal() {
      isAfterJournal = true;
    },
  });
  const { payload: answer } = await system.ask();
  return { answer, points };
}

/** All points but those that equal the one before: nothing happens between an answer and the next call. */
export const distinctPoints = ({ points }: Recording): RecordedPoint[] =>
  points.filter(({ isAfterJournal, at }) => isAfterJournal || at === 'answered');

export const nameOf = ({ call, at }: Point): string => `${at === 'before' ? 'before' : 'after'} ${call}`;
