import { GraphQLError } from 'graphql';
import type { IndexProgress, StageProgress } from '../../../store/index/port.ts';

/** An index that is older than this, in ms, is behind. Lists still show its rows, but not how old they are. */
const behindAfterMs = 300_000;

/**
 * The progress of the index, if lists have everything that somebody touched within 90 days.
 * @throws GraphQLError INDEX_NOT_READY with a message about the progress
 */
export function requireOpen(progress: IndexProgress): IndexProgress {
  if (!progress.isOpen) {
    throw notReady(`The list of what is out and what waits is being built: ${shareOf(progress.underWay)}.`);
  }
  return progress;
}

/**
 * The progress of the index, if it is whole. A figure can't say that something is missing from it (R26).
 * @throws GraphQLError INDEX_NOT_READY with a message about the progress
 */
export function requireWhole(progress: IndexProgress): IndexProgress {
  if (!requireOpen(progress).isWhole) {
    throw notReady(`What nobody touched for 90 days is still being read: ${shareOf(progress.underWay)}.`);
  }
  return progress;
}

/**
 * The time up to which lists have everything. The age is by the index's clock, and `now` by this process's: two clocks
 * may differ, but they run equally fast.
 * @throws GraphQLError INDEX_BEHIND if that is more than five minutes ago, or in the future, because a clock was put back
 */
export function requireRecent({ ageMs }: IndexProgress, now: Date): Date {
  if (ageMs === null || Math.abs(ageMs) > behindAfterMs) {
    throw behind(
      'The list lacks what happened in the last minutes: circulation\u2019s events are read late.',
    );
  }
  return new Date(now.getTime() - Math.max(0, ageMs));
}

function shareOf(underWay: StageProgress | null): string {
  if (underWay === null) {
    return 'it has not begun yet';
  }
  const { stage, done, total } = underWay;
  switch (stage) {
    case 'EVENTS':
      return `${total === null || total === 0 ? 0 : Math.floor((done / total) * 100)} % of the events are read`;
    case 'CARDS':
      return `${done} of ${total ?? 'unknown'} cards are read`;
    case 'PATRONS':
      return `${done} of ${total ?? 'unknown'} patrons are read`;
  }
}

export function notReady(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INDEX_NOT_READY' } });
}

export function behind(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INDEX_BEHIND' } });
}
