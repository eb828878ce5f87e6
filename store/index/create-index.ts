import { createEncryption, deriveKey } from '../encryption/encryption.ts';
import { applicationsOf } from './applications.ts';
import { buildOf } from './build.ts';
import { circulationOf } from './circulation.ts';
import type { IndexDatabase } from './port.ts';
import type { BuildRow } from './rows.ts';
import { removeAll } from './stages.ts';
import type { IndexStore } from './store.ts';

/**
 * Creates the index over either database. Its keys are derived from the journal's data key, so that its digests differ
 * from the journal's. If the stored index belongs to another data key, its rows are removed, because nobody could read
 * them.
 * @param monotonic this process's monotonic clock, in ms
 */
export async function createIndex(
  store: IndexStore,
  dataKey: Uint8Array,
  monotonic: () => number = () => performance.now(),
): Promise<IndexDatabase> {
  const encryption = createEncryption(deriveKey(dataKey, 'patron-graph index'));
  await store.write(function* (ask) {
    const [build] = yield* ask<BuildRow>('keptBuild', []);
    if (build !== undefined && build.proof !== encryption.proof) {
      yield* removeAll(ask);
    }
  });
  return {
    ...circulationOf(store, encryption, monotonic),
    ...applicationsOf(store, encryption),
    ...buildOf(store, encryption),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
