import type { Point } from './call-points.ts';
import type { Scene } from './fixture.ts';
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
  readonly isNews: boolean;
}

/** Carries the scene's operation out. */
export async function record({ legacy, path, times, log, scenario }: Scene): Promise<Recording> {
  const points: RecordedPoint[] = [];
  let isNews = true;
  await using system = await openSystem(scenario, {
    ...{ legacy, journal: { path }, times, log, settles: false },
    async watch(point) {
      points.push({ ...point, number: points.length + 1, isNews });
      isNews = false;
    },
    async watchJournal() {
      isNews = true;
    },
  });
  const { payload: answer } = await system.ask();
  return { answer, points };
}

/** All but those that are the same moment as the one before: between an answer and the next call nothing happened. */
export const moments = ({ points }: Recording): RecordedPoint[] =>
  points.filter(({ isNews, at }) => isNews || at === 'answered');

export const nameOf = ({ call, at }: Point): string => `${at === 'before' ? 'before' : 'after'} ${call}`;
