import DataLoader from 'dataloader';

/**
 * A loader for one request: each key is loaded once, and all keys of a tick in one batch. A batch that fails has failed for
 * each of its keys for the rest of the request. By default DataLoader clears a failed batch from its cache, and would call a
 * system that hangs a second time.
 *
 * Two fields of a patron load card `1` and `2` in one tick: `load(['1', '2'])`. It fails. A third field loads card `1`: it
 * gets the same error, without another call.
 */
export function createLoader<Value>(
  load: (keys: readonly string[]) => Promise<readonly Value[]>,
): DataLoader<string, Value> {
  return new DataLoader(async (keys) => {
    try {
      return await load(keys);
    } catch (error) {
      return keys.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  });
}
