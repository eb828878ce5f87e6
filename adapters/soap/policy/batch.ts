/** How to read many keys from a system that takes a limited number of them in one call. */
export interface BatchRead<Row> {
  /** Maximum number of keys in one call: the vendor's limit. */
  readonly size: number;
  /** Maximum number of calls at the same time for one list of keys, so that a long list doesn't fill the queue. */
  readonly concurrency: number;
  /** Whether the key has the vendor's form. Others are not sent, because one of them makes the whole request fail. */
  readonly isKey: (key: string) => boolean;
  readonly fetch: (keys: readonly string[], signal: AbortSignal) => Promise<readonly Row[]>;
  /** The key that a row belongs to. */
  readonly keyOf: (row: Row) => string;
  /** Makes the error for a row whose key was not in the request, or for a second row where there can be one. */
  readonly unexpectedRow: () => Error;
}

/**
 * Reads the rows of each key, in the vendor's order. Each key is asked for once, in as few calls as possible; a key
 * without rows has an empty list. Keys that fail `isKey` are not in the result. The first call that fails aborts the
 * others.
 *
 * 121 patron numbers, two of them the same, with a `size` of 50:
 *
 *     121 keys → 120 different keys → 3 calls, of 50, 50 and 20 keys → one map of 120 entries
 */
export async function rowsByKey<Row>(
  keys: readonly string[],
  batchRead: BatchRead<Row>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { size, concurrency, isKey, fetch, keyOf, unexpectedRow } = batchRead;
  const rows = new Map<string, Row[]>(keys.filter(isKey).map((key) => [key, []]));
  const distinctKeys = [...rows.keys()];
  const batches = Array.from({ length: Math.ceil(distinctKeys.length / size) }, (_, index) =>
    distinctKeys.slice(index * size, (index + 1) * size),
  );
  const firstFailure = new AbortController();
  const batchSignal = batches.length > 1 ? AbortSignal.any([signal, firstFailure.signal]) : signal;
  const remainingBatches = batches.values();
  const work = async () => {
    // All workers take their batches from the same iterator.
    for (const batch of remainingBatches) {
      for (const row of await fetch(batch, batchSignal)) {
        const key = keyOf(row);
        if (!batch.includes(key)) {
          throw unexpectedRow();
        }
        rows.get(key)?.push(row);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, work));
  } catch (error) {
    firstFailure.abort();
    throw error;
  }
  return rows;
}

/**
 * Like `rowsByKey`, for keys that have at most one row. A second row is an error, like a row that was not asked for.
 */
export async function rowByKey<Row>(
  keys: readonly string[],
  batchRead: BatchRead<Row>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Row>> {
  const rows = await rowsByKey(keys, batchRead, signal);
  const singleRows = new Map<string, Row>();
  for (const [key, [row, secondRow]] of rows) {
    if (secondRow !== undefined) {
      throw batchRead.unexpectedRow();
    }
    if (row !== undefined) {
      singleRows.set(key, row);
    }
  }
  return singleRows;
}
