import { compactDay, dayOf, daysAfter } from '../../../simulators/hong-kong-time.ts';
import { readSeed } from '../../../simulators/seed.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';

/** The last day on the hold shelf of a copy that comes back now, `YYYY-MM-DD`. */
export const lastShelfDay = (): string => daysAfter(dayOf(new Date()), 7);

/**
 * The simulators' tables with the seed. By the seed's own date, the copy on the hold shelf has lapsed since 3 December
 * 2026. Here it waits until {@link lastShelfDay}. All other dates are the seed's, because tests name them. Only the
 * demonstration moves them (`lendingMovedTo`).
 */
export function storeForTests(): Store {
  const store = createStore(readSeed());
  const { holds } = store.circ;
  const readyUntil = compactDay(lastShelfDay());
  for (const hold of [...holds.values()].filter(({ state }) => state === 'R')) {
    holds.put({ ...hold, readyUntil });
  }
  return store;
}
