import { compactDay, dayOf, daysAfter } from '../../../simulators/hong-kong-time.ts';
import { readSeed } from '../../../simulators/seed.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';

/**
 * The simulators' tables with the seed. By the seed's own date, the copy on the hold shelf has lapsed since 3 December
 * 2026. Here it waits for another week.
 */
export function storeForTests(): Store {
  const store = createStore(readSeed());
  const { holds } = store.circ;
  const readyUntil = compactDay(daysAfter(dayOf(new Date()), 7));
  for (const hold of [...holds.values()].filter(({ state }) => state === 'R')) {
    holds.put({ ...hold, readyUntil });
  }
  return store;
}
