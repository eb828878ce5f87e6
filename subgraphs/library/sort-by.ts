/**
 * Sorts by the code units of the keys, such as ISO dates and numbers of the same length. Rows with the same key keep
 * their order.
 */
export function sortBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}
