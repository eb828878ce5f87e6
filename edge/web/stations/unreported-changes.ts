import { z } from 'zod';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';
import { revocationShape, type Station, stationKinds, stationShape } from './enrolments.ts';

/** A change of a station: it was enrolled, or it was revoked. */
export interface StationChange {
  readonly station: Station;
  readonly kind: 'enrolled' | 'revoked';
}

export interface UnreportedChanges {
  /** The changes of the last seven days that were not reported to the graph. The changes of one station are in order. */
  list(): Promise<readonly StationChange[]>;
  /** Records, for all processes, that the change was reported to the graph. */
  markReported(change: StationChange): Promise<void>;
}

/**
 * The maximum age of a change that is reported to the graph, in ms. The graph's log also keeps changes for this time.
 * The record that a change was reported is kept twice as long, so that no change is reported again.
 */
const reportedWithinMs = 7 * 24 * 60 * 60_000;

const reportShape = z.object({ id: z.string() });
const reportId = ({ station, kind }: StationChange): string => `${station.id} ${kind}`;

/**
 * Finds the changes that were not reported, by comparing the stations with the records of reported changes. So a change
 * is not lost if the process is killed before it reports the change.
 */
export function unreportedChanges(
  state: Pick<SealedState, 'list' | 'save'>,
  now: () => number,
): UnreportedChanges {
  return {
    async list() {
      const [stations, revocations, reports] = await Promise.all([
        state.list(stationKinds.station),
        state.list(stationKinds.revocation),
        state.list(stationKinds.told),
      ]);
      const isRecent = (at: number): boolean => at > now() - reportedWithinMs;
      const revoked = new Set(
        revocations
          .map(({ value }) => revocationShape.parse(value))
          .flatMap(({ id, at }) => (isRecent(at) ? [id] : [])),
      );
      const reportedIds = new Set(reports.map(({ value }) => reportShape.parse(value).id));
      return stations
        .map(({ value }) => stationShape.parse(value))
        .flatMap((station): readonly StationChange[] => [
          ...(isRecent(station.enrolledAt) ? [{ station, kind: 'enrolled' } as const] : []),
          ...(revoked.has(station.id) ? [{ station, kind: 'revoked' } as const] : []),
        ])
        .filter((change) => !reportedIds.has(reportId(change)));
    },
    async markReported(change) {
      const id = reportId(change);
      const expiresAt = now() + 2 * reportedWithinMs;
      await state.save({ kind: stationKinds.told, id, value: { id }, expiresAt, ...plainItem });
    },
  };
}
