/** How a vendor takes many keys at once. */
export interface BatchRead<Row> {
  /** The most keys that the vendor takes in a call. */
  readonly size: number;
  /** Calls at once for one list of keys. */
  readonly concurrency: number;
  /** Whether the vendor has such keys at all; one that is not of its form would spoil the whole request. */
  readonly isKey: (key: string) => boolean;
  readonly fetch: (keys: readonly string[], signal: AbortSignal) => Promise<readonly Row[]>;
  /** What a row is found by. */
  readonly keyOf: (row: Row) => string;
  /** Made for an answer that holds a row nobody asked for. */
  readonly unexpectedRow: () => Error;
}

/**
 * The rows of each key, in the vendor's order: every key asked for once, in as few calls as fit. The first call that
 * fails ends the others.
 */
export async function rowsByKey<Row>(
  keys: readonly string[],
  batching: BatchRead<Row>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { size, concurrency, isKey, fetch, keyOf, unexpectedRow } = batching;
  const rows = new Map<string, Row[]>(keys.filter(isKey).map((key) => [key, []]));
  const asked = [...rows.keys()];
  const batches = Array.from({ length: Math.ceil(asked.length / size) }, (_, index) =>
    asked.slice(index * size, (index + 1) * size),
  );
  const stop = new AbortController();
  const joined = batches.length > 1 ? AbortSignal.any([signal, stop.signal]) : signal;
  const waiting = batches.values();
  const work = async () => {
    // All lanes take from the one iterator.
    for (const batch of waiting) {
      for (const row of await fetch(batch, joined)) {
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
    stop.abort();
    throw error;
  }
  return rows;
}

/** The same for keys that have one row at most; a second one is as strange as one that nobody asked for. */
export async function rowByKey<Row>(
  keys: readonly string[],
  batching: BatchRead<Row>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Row>> {
  const rows = await rowsByKey(keys, batching, signal);
  const single = new Map<string, Row>();
  for (const [key, [row, second]] of rows) {
    if (second !== undefined) {
      throw batching.unexpectedRow();
    }
    if (row !== undefined) {
      single.set(key, row);
    }
  }
  return single;
}
