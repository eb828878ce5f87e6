import type { Asking } from '../sql.ts';
import type { BuildId } from './port.ts';
import type { BuildRow } from './rows.ts';
import type { AskWithin, IndexStore } from './store.ts';

/**
 * Runs `work` in a transaction. Resolves to false, with nothing changed, if another build has begun or
 * `isPositionUnmoved` returns false.
 *
 * A builder may be frozen for minutes, or may wait for a legacy system. Meanwhile a crash may have emptied the tables,
 * and another process may have begun a new build. The first builder must not overwrite the position of that build.
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
