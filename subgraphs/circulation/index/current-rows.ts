import type DataLoader from 'dataloader';
import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { CirculationIndex } from '../../../store/index/port.ts';
import { loadAll } from '../loaders.ts';

/**
 * A loan or a hold that was found in the index. If a caller asks for its card or patron, the audit records that the
 * patron was found by this row (R27).
 */
export type FoundRow<Row> = Row & { readonly isFound: true };

/**
 * The loans or holds of these index rows, as circulation shows them now, in the order of the rows. Rows that no longer
 * exist, or that `isWanted` rejects, are left out, and their cards are marked to be read again. Makes one call to
 * circulation for ten cards.
 *
 * @example
 * // The index has the loans L1 and L2, and L2 was returned a second ago. The result is L1, and the card of L2 is
 * // marked.
 *
 * @throws UpstreamError, StoreUnavailable
 */
export async function currentRows<Row extends Loan | Hold>(
  index: CirculationIndex,
  indexed: readonly { readonly id: string; readonly libraryCardNumber: string }[],
  byCard: DataLoader<string, readonly Row[]>,
  isWanted: (row: Row) => boolean,
): Promise<readonly FoundRow<Row>[]> {
  const cards = [...new Set(indexed.map(({ libraryCardNumber }) => libraryCardNumber))];
  const rows = new Map((await loadAll(byCard, cards)).flat().map((row) => [row.id, row]));
  const current: FoundRow<Row>[] = [];
  const changed = new Set<string>();
  for (const { id, libraryCardNumber } of indexed) {
    const row = rows.get(id);
    if (row !== undefined && isWanted(row)) {
      current.push({ ...row, isFound: true });
    } else {
      changed.add(libraryCardNumber);
    }
  }
  if (changed.size > 0) {
    await index.markToRead([...changed].map((key) => ({ kind: 'CARD', key })));
  }
  return current;
}
