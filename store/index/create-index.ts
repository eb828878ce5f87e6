import { createEncryption, deriveKey } from '../encryption/encryption.ts';
import { applicationsOf } from './applications.ts';
import { buildOf } from './build.ts';
import { circulationOf } from './circulation.ts';
import type { IndexDatabase } from './port.ts';
import type { BuildRow } from './rows.ts';
import { removeAll } from './stages.ts';
import type { IndexStore } from './store.ts';

/**
 * Creates the index over either database. The index's key is derived from the journal's data key. So one number has
 * different digests in the index and in the journal. If the stored index was written with another data key, it is
 * emptied, because nobody can read it.
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
