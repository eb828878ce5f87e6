import type { CardManagement, Credential } from '../../adapters/credentials/port.ts';
import type { MergedPatrons, PatronMerges } from '../../store/journal/port.ts';

/** The record that stays, if the patron's record was merged into another. Otherwise the patron's own record. */
export async function recordThatStays(merged: MergedPatrons, patronId: string): Promise<string> {
  const [merges] = await merged.mergesOf([patronId]);
  return merges?.into ?? patronId;
}

export const wasMerged = async (merged: MergedPatrons, patronId: string): Promise<boolean> =>
  (await recordThatStays(merged, patronId)) !== patronId;

/** The patron's record, and the records that were merged into it. */
export async function recordsOfPerson(
  merged: Pick<MergedPatrons, 'mergesOf'>,
  patronId: string,
): Promise<readonly string[]> {
  const [merges] = await merged.mergesOf([patronId]);
  return [patronId, ...(merges?.from ?? [])];
}

/** All cards of a patron, and the cards of records that were merged into the patron's. */
export async function cardsOfPerson(
  {
    cards,
    merged,
  }: { readonly cards: Pick<CardManagement, 'cardsByPatron'>; readonly merged: MergedPatrons },
  patronId: string,
  signal: AbortSignal,
): Promise<readonly Credential[]> {
  const merges = await merged.mergesOf([patronId]);
  return (await cardsWithMerged(cards, [patronId], merges, signal)).flat();
}

/**
 * All cards of each patron, and the cards of records that were merged into theirs. A loan or a hold of the patron may
 * be on any of these cards. Same order and length as `patronIds`.
 */
export async function cardsWithMerged(
  cards: Pick<CardManagement, 'cardsByPatron'>,
  patronIds: readonly string[],
  merges: readonly PatronMerges[],
  signal: AbortSignal,
): Promise<readonly (readonly Credential[])[]> {
  const records = patronIds.map((patronId, at) => [patronId, ...(merges[at]?.from ?? [])]);
  const asked = [...new Set(records.flat())];
  const found = await cards.cardsByPatron(asked, signal);
  const byRecord = new Map(asked.map((patronId, at) => [patronId, found[at] ?? []]));
  return records.map((ids) => ids.flatMap((id) => byRecord.get(id) ?? []));
}
