/**
 * Sorts the rows into an order that is unrelated to the request, and always the same. PRS, CMS, CIRC and RPS answer a
 * batch in such an order, because their vendors don't promise the order of the request. An adapter that relies on an
 * order therefore fails in tests.
 */
export function shuffleRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return rows
    .map((row): [number, Row] => [hash(keyOf(row)), row])
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row);
}

/** A 32-bit FNV-1a hash. Its last step mixes the bits, because consecutive keys would otherwise keep their order. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  }
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
}
