import { useState } from 'react';

/**
 * Keeps rows in which somebody has acted, because the list may lose a row before the answer to the act comes, or by the
 * act itself. A row that is lost stays, so that its act continues and its outcome is shown. It stays until somebody acts
 * in another row.
 *
 * @param rows the rows of the list; none while it can't be read
 * @returns the lost rows. `keep` must be called with its row before an act is sent. `drop` gives a row up, after its
 * outcome was shown elsewhere.
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
