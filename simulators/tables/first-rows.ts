/**
 * Returns the `count` rows with the lowest keys, in the order of their keys. Works like `rows.sort(…).slice(0, count)`,
 * but without sorting hundreds of thousands of rows.
 */
export function firstRows<Row>(rows: Iterable<Row>, count: number, keyOf: (row: Row) => string): Row[] {
  const first: { readonly key: string; readonly row: Row }[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const last = first.at(-1);
    if (last !== undefined && first.length === count && key >= last.key) {
      continue;
    }
    const after = first.findLastIndex((other) => other.key < key);
    first.splice(after + 1, 0, { key, row });
    first.length = Math.min(first.length, count);
  }
  return first.map(({ row }) => row);
}
