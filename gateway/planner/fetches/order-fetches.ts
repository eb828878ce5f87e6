/**
 * Orders the fetches once all of them are known. The level of a fetch is higher than the levels of all fetches for
 * which it waits. A fetch belongs to the innermost deferred block that contains all fetches waiting for it.
 *
 * Before: two lookups at level 1. The first needs a value for an argument with `@fromContext`, and the second returns
 * it.
 * After: the first is at level 2. A fetch that waits for the first is at level 3.
 */
import { commonBlock } from '../deferred-blocks.ts';
import type { PlannedFetch } from './planned-fetch.ts';

/** Returns the fetches sorted by level: a fetch comes after all fetches that it waits for. */
export function orderFetches(fetches: readonly PlannedFetch[]): readonly PlannedFetch[] {
  if (fetches.some(({ contexts }) => contexts.size > 0)) {
    postpone(fetches);
  }
  const ordered = fetches.toSorted((a, b) => a.level - b.level);
  for (const fetch of ordered.toReversed()) {
    for (const before of fetch.after) {
      before.block = commonBlock(before.block, fetch.block);
    }
  }
  return ordered;
}

/**
 * Moves a fetch to a later level if it waits for a value for `@fromContext`. The fetches that wait for it move, too.
 */
function postpone(fetches: readonly PlannedFetch[]): void {
  const levels = new Map<PlannedFetch, number>();
  const levelOf = (fetch: PlannedFetch, waiting: readonly PlannedFetch[]): number => {
    if (waiting.includes(fetch)) {
      throw new Error('the value of a context waits for itself');
    }
    const level =
      levels.get(fetch) ??
      [...fetch.after].reduce(
        (latest, before) => Math.max(latest, levelOf(before, [...waiting, fetch]) + 1),
        fetch.level,
      );
    levels.set(fetch, level);
    return level;
  };
  for (const fetch of fetches) {
    levelOf(fetch, []);
  }
  for (const [fetch, level] of levels) {
    fetch.level = level;
  }
}
