import { useState } from 'react';

/**
 * Keeps a row on the page after its button was pressed, even if the list no longer contains the row. For example, a
 * returned loan disappears from the list of loans. Without its row, the outcome of the mutation could not be shown. The
 * row stays until a button of another row is pressed.
 *
 * @param rows the rows of the list; none while the list can't be read
 * @returns `lost` are the kept rows that the list no longer contains. `keep` must be called with the row before its
 * mutation is sent. `drop` must be called if the outcome is shown elsewhere, because the row isn't needed then.
 */
export function useKeptRows<Row extends { readonly id: string }>(
  rows: readonly Row[],
): { readonly lost: readonly Row[]; keep(row: Row): void; drop(row: Row): void } {
  const [kept, setKept] = useState<readonly Row[]>([]);
  const isListed = ({ id }: Row) => rows.some((row) => row.id === id);
  const keep = (row: Row) =>
    setKept((before) => [...before.filter((one) => one.id !== row.id && isListed(one)), row]);
  const drop = ({ id }: Row) => setKept((before) => before.filter((one) => one.id !== id));
  return { lost: kept.filter((row) => !isListed(row)), keep, drop };
}
