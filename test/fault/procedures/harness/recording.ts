import type { Point } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import { openSystem, type Payload } from './system.ts';

/** An operation that nothing disturbed. */
export interface Recording {
  readonly answer: Payload;
  /** In the order in which they were come by. */
  readonly points: readonly RecordedPoint[];
}

/** `number`: from 1. `isNews`: the journal was asked for something since the point before. */
export interface RecordedPoint extends Point {
  readonly number: number;
  readonly isAfterJournal: boolean;
}

/** Carries the fixture's operation out. */
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

/** All but those that are the same moment as the one before: between an answer and the next call nothing happened. */
export const distinctPoints = ({ points }: Recording): RecordedPoint[] =>
  points.filter(({ isAfterJournal, at }) => isAfterJournal || at === 'answered');

export const nameOf = ({ call, at }: Point): string => `${at === 'before' ? 'before' : 'after'} ${call}`;
