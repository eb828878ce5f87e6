import type { EndedLife, History, JournalEntry, Merge, RecordChange } from '../../history.ts';
import type { Violation } from '../violation.ts';

/**
 * From the merge on, the record that leaves gets no place. So no operation of ours begins a loan or a hold on its cards,
 * unless its place was reserved before. Desks are not counted.
 *
 * Example of a violation: P2 was merged into P1 at 500 ms. A place of P2 is reserved at 510 ms, and the loan begins on a
 * card of P2.
 */
export function lentOnMergedRecords(
  changes: readonly RecordChange[],
  entriesById: ReadonlyMap<string, JournalEntry>,
  merges: readonly Merge[],
): Violation[] {
  const mergesByLeaving = new Map(merges.map((merge) => [merge.leavingId, merge]));
  return changes.flatMap(({ change, kind, id, patronId, reference }) => {
    const merge = mergesByLeaving.get(patronId);
    if (change !== 'BEGUN' || reference === null || merge === undefined) {
      return [];
    }
    const reservedAt = entriesById.get(reference)?.place?.reservedAt ?? Number.POSITIVE_INFINITY;
    const afterMs = reservedAt - merge.mergedAt;
    const detail = `${reference} reserved ${id} (${kind}) ${afterMs} ms after ${patronId} was merged`;
    return afterMs > 0 ? [{ property: 'nothing lent on a merged record', detail } as const] : [];
  });
}

/**
 * Once everything of a person is back, both records are closed, the merged one by the end of the merge, and the person is
 * erased. Then nothing about the person from before can be opened.
 *
 * Examples of violations:
 * - everything of P2 is back, and nobody has closed it;
 * - the key of P1 was destroyed, and a row of the audit about P1 was encrypted with the key of the data.
 */
export function unfinishedLives({ merges, lives }: Pick<History, 'merges' | 'lives'>): Violation[] {
  const closedIds = new Set(
    merges.flatMap(({ leavingId, closedAt }) => (closedAt === null ? [] : leavingId)),
  );
  return lives.flatMap((life) => [
    ...unclosed(life, closedIds).map(
      (detail) => ({ property: 'a merged record is closed', detail }) as const,
    ),
    ...readable(life).map((detail) => ({ property: 'an erased patron is unreadable', detail }) as const),
  ]);
}

function unclosed(
  { leavingId, openRecords, openCards }: EndedLife,
  closedIds: ReadonlySet<string>,
): string[] {
  return [
    ...openRecords.map((patronId) => `the registry doesn't have ${patronId} as closed`),
    ...openCards.map((card) => `${leavingId} was merged, and card management has its card ${card} in use`),
    ...(closedIds.has(leavingId) ? [] : [`the journal doesn't know that ${leavingId} was merged and closed`]),
  ];
}

function readable({ stayingId, isErased, sealedRows, openedRows }: EndedLife): string[] {
  if (!isErased) {
    return [`${stayingId} could not be erased`];
  }
  // Each life has changes of the standing. If none was found, this check would look at nothing.
  const missing =
    sealedRows === 0 ? [`the audit has no rows about ${stayingId} from before the erasure`] : [];
  return [
    ...missing,
    ...openedRows.map((row) => `${row} about ${stayingId} can be opened after the erasure`),
  ];
}
