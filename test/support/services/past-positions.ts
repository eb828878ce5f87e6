import type { ChangeLog } from '../../../store/journal/port.ts';
import { PastPositions } from '../../../subgraphs/operations/changes/past-positions.ts';

/** The past positions of a log. Nothing is sampled, so every position counts as one of a process that has just started. */
export function pastPositionsOf(changeLog: ChangeLog): PastPositions {
  const ignore = () => undefined;
  const log = { info: ignore, warn: ignore, error: ignore };
  return new PastPositions({ changeLog, monotonic: () => performance.now(), log });
}
