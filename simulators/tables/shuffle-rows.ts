/**
 * Sorts the rows into an order that has nothing to do with the request, and is the same every time. All three systems answer a batch
 * so: PRS has an order of its own, and the other two promise none. An adapter that relied on an order would fail here.
 */
export function shuffleRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return rows
    .map((row): [number, Row] => [hash(keyOf(row)), row])
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row);
}

/** FNV-1a of 32 bits. The last step mixes the bits: without it, keys that follow one another would stay in order. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  }
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
}
