import { z } from 'zod';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';
import { revocationShape, type Station, stationKinds, stationShape } from './enrolments.ts';

/** That a station was enrolled, or revoked. */
export interface StationChange {
  readonly station: Station;
  readonly kind: 'enrolled' | 'revoked';
}

export interface UntoldChanges {
  /** The changes of the last seven days that the graph was not told of. Those of one station are in their order. */
  list(): Promise<readonly StationChange[]>;
  /** Remembers, in all processes, that the graph was told of the change. */
  wasTold(change: StationChange): Promise<void>;
}

/**
 * The age at which the graph is not told of a change any more, in ms. Its log keeps changes as long. What says that it was
 * told is kept for longer, so that nothing is told twice.
 */
const toldWithinMs = 7 * 24 * 60 * 60_000;

const toldShape = z.object({ id: z.string() });
const toldId = ({ station, kind }: StationChange): string => `${station.id} ${kind}`;

/**
 * Finds what was not told by comparing what is with what was told. So a process that is killed between a change and
 * telling it loses nothing.
 */
export function untoldChanges(
  state: Pick<SealedState, 'list' | 'save'>,
  now: () => number = Date.now,
): UntoldChanges {
  return {
    async list() {
      const [stations, revocations, told] = await Promise.all([
        state.list(stationKinds.station),
        state.list(stationKinds.revocation),
        state.list(stationKinds.told),
      ]);
      const isRecent = (at: number): boolean => at > now() - toldWithinMs;
      const revoked = new Set(
        revocations
          .map(({ value }) => revocationShape.parse(value))
          .flatMap(({ id, at }) => (isRecent(at) ? [id] : [])),
      );
      const toldIds = new Set(told.map(({ value }) => toldShape.parse(value).id));
      return stations
        .map(({ value }) => stationShape.parse(value))
        .flatMap((station): readonly StationChange[] => [
          ...(isRecent(station.enrolledAt) ? [{ station, kind: 'enrolled' } as const] : []),
          ...(revoked.has(station.id) ? [{ station, kind: 'revoked' } as const] : []),
        ])
        .filter((change) => !toldIds.has(toldId(change)));
    },
    async wasTold(change) {
      const id = toldId(change);
      const expiresAt = now() + 2 * toldWithinMs;
      await state.save({ kind: stationKinds.told, id, value: { id }, expiresAt, ...plainItem });
    },
  };
}
