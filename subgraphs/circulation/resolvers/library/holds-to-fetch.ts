import type { Hold } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { CirculationContext } from '../../context.ts';
import { loadAll } from '../../loaders.ts';

/**
 * Leaves out the holds of patrons who are suspended or closed (R15). If a patron's record was merged, the record that
 * stays decides (R9). A hold that is left out keeps its position in the queue, so circulation would give a fetched copy
 * to it. Staff must not fetch a copy for the next hold. If a system can't be reached, all holds stay, because a
 * needless copy on the hold shelf does less harm than a missing one.
 */
export async function ofActivePatrons<Row>(
  rows: readonly Row[],
  holdOf: (row: Row) => Hold,
  {
    cardsByNumber,
    patronsById,
    merges,
  }: Pick<CirculationContext, 'cardsByNumber' | 'patronsById' | 'merges'>,
): Promise<readonly Row[]> {
  try {
    const numbers = rows.map((row) => holdOf(row).libraryCardNumber);
    const cards = await loadAll(cardsByNumber, numbers);
    const patrons = await Promise.all(
      cards.map(async (card) => {
        if (card === null) {
          return null;
        }
        const { into } = await merges.load(card.patronId);
        return await patronsById.load(into ?? card.patronId);
      }),
    );
    return rows.filter((_, at) => (patrons[at]?.status ?? 'ACTIVE') === 'ACTIVE');
  } catch (error) {
    if (error instanceof UpstreamError) {
      return rows;
    }
    throw error;
  }
}
