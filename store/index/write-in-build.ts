import type { Asking } from '../sql.ts';
import type { BuildId } from './port.ts';
import type { BuildRow } from './rows.ts';
import type { AskWithin, IndexStore } from './store.ts';

/**
 * Runs `work` in a transaction if the index is still the one that was begun under this id, and stands where its builder has read it,
 * which `isPositionUnmoved` tells. Resolves to false where it is not: nothing was changed then.
 *
 * A builder may be frozen for minutes, or wait for a legacy system. Meanwhile a crash may have emptied the tables, and another process
 * may have begun anew: the place that the first one saves would pass for the new index's.
 */
export async function writeInBuild(
  store: IndexStore,
  id: BuildId,
  isPositionUnmoved: (build: BuildRow) => boolean,
  work: (ask: AskWithin, build: BuildRow) => Asking<unknown>,
): Promise<boolean> {
  return await store.write(function* (ask) {
    const [build] = yield* ask<BuildRow>('build', []);
    if (build === undefined || build.id !== id || !isPositionUnmoved(build)) {
      return false;
    }
    yield* work(ask, build);
    return true;
  });
}
