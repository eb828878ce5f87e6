import DataLoader from 'dataloader';

/**
 * A loader for one request: each key asked for once and all together. A batch that fails has failed for each of its keys,
 * and stays so for the request: DataLoader by itself would forget it, and ask a system that hangs a second time.
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
