/**
 * Rows in an order that has nothing to do with the request's, yet is always the same: how all three systems answer
 * a batch (contracts' README says it of PRS; the others promise no order).
 */
export function inOrderOfItsOwn<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return rows
    .map((row): [number, Row] => [hash(keyOf(row)), row])
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row);
}

/** FNV-1a, 32 bits, with a last stir: its low bits alone would keep neighbours in order. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  }
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
}
