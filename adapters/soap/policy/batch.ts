/** How to read many keys from a system that limits the number of keys in one call. */
export interface BatchRead<Row> {
  /** The vendor's limit of keys in one call. */
  readonly size: number;
  /** Maximum number of calls at the same time for one list of keys, so that a long list doesn't fill the queue. */
  readonly concurrency: number;
  /** Whether the key has the vendor's form. Other keys are not sent, because one alone makes the whole request fail. */
  readonly isKey: (key: string) => boolean;
  readonly fetch: (keys: readonly string[], signal: AbortSignal) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  /** Makes the error for a row that was not requested, or for a second row of a key that can have only one. */
  readonly unexpectedRow: () => Error;
}

/**
 * Reads the rows of each key. The result has the order and length of `keys`. The rows of a key are in the vendor's
 * order. The list is empty for a key that has no rows or fails `isKey`. Each key is requested once, in as few calls as
 * possible. The first call that fails aborts the others.
 *
 * 121 patron numbers, two of them the same, with a `size` of 50:
 *
 *     121 keys → 120 different keys → 3 calls, of 50, 50 and 20 keys → 121 lists of rows
 */
export async function rowsByKey<Row>(
  keys: readonly string[],
  batchRead: BatchRead<Row>,
  signal: AbortSignal,
): Promise<(readonly Row[])[]> {
  const { size, concurrency, isKey, fetch, keyOf, unexpectedRow } = batchRead;
  const rowsOf = new Map<string, Row[]>(keys.filter(isKey).map((key) => [key, []]));
  const distinctKeys = [...rowsOf.keys()];
  const batches = Array.from({ length: Math.ceil(distinctKeys.length / size) }, (_, index) =>
    distinctKeys.slice(index * size, (index + 1) * size),
  );
  // Most lists fit into one call. Then there are no other calls to abort.
  const firstFailure = batches.length > 1 ? new AbortController() : null;
  const batchSignal = firstFailure === null ? signal : AbortSignal.any([signal, firstFailure.signal]);
  const remainingBatches = batches.values();
  const work = async () => {
    // All workers share this iterator, so each batch is read once.
    for (const batch of remainingBatches) {
      for (const row of await fetch(batch, batchSignal)) {
        const key = keyOf(row);
        if (!batch.includes(key)) {
          throw unexpectedRow();
        }
        rowsOf.get(key)?.push(row);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, work));
  } catch (error) {
    firstFailure?.abort();
    throw error;
  }
  return keys.map((key) => rowsOf.get(key) ?? []);
}

/** Like `rowsByKey`, for keys that have one row at most. Null for a key without a row. */
export async function rowByKey<Row>(
  keys: readonly string[],
  batchRead: BatchRead<Row>,
  signal: AbortSignal,
): Promise<(Row | null)[]> {
  const rows = await rowsByKey(keys, batchRead, signal);
  return rows.map(([row, secondRow]) => {
    if (secondRow !== undefined) {
      throw batchRead.unexpectedRow();
    }
    return row ?? null;
  });
}
