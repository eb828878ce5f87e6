import DataLoader from 'dataloader';
import { inSpan } from '../../platform/telemetry/spans.ts';

/**
 * A loader for one request: each key is loaded once, and all keys of a tick in one batch. A batch that fails has failed for
 * each of its keys for the rest of the request. By default DataLoader clears a failed batch from its cache, and would call a
 * system that hangs a second time.
 *
 * Two fields of a patron load card `1` and `2` in one tick: `load(['1', '2'])`. It fails. A third field loads card `1`: it
 * gets the same error, without another call.
 *
 * `name`: of its batches in traces, as in `loansByCard`.
 */
export function createLoader<Value>(
  name: string,
  load: (keys: readonly string[]) => Promise<readonly Value[]>,
): DataLoader<string, Value> {
  const loadInSpan = (keys: readonly string[]) => {
    const attributes = { 'patron_graph.batch_size': keys.length };
    return inSpan({ name: `load ${name}`, attributes }, () => load(keys));
  };
  return new DataLoader(
    async (keys) => {
      try {
        return await loadInSpan(keys);
      } catch (error) {
        return keys.map(() => (error instanceof Error ? error : new Error(String(error))));
      }
    },
    { name },
  );
}
