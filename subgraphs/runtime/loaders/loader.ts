import DataLoader from 'dataloader';
import { inSpan } from '../../../platform/telemetry/spans.ts';

/**
 * Creates a loader for one request. Each key is loaded once, and all keys of a tick are loaded in one batch. If a batch
 * fails, the error stays for each of its keys until the end of the request. DataLoader by itself would clear a failed
 * batch from its cache. Then a system that hangs would be called a second time.
 *
 * Example: two fields of a patron load the cards `1` and `2` in one tick. The call `load(['1', '2'])` fails. A third
 * field loads card `1`. It gets the same error, without another call.
 *
 * @param load loads a batch. An error in its result is the error of that key alone
 * @param name the name of the loader's batches in traces, such as `loansByCard`
 */
export function createLoader<Value>(
  name: string,
  load: (keys: readonly string[]) => Promise<readonly (Value | Error)[]>,
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
