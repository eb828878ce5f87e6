import type { Circulation, Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { CardReading, IndexDatabase, IndexedHold, IndexedLoan } from '../../../store/index/port.ts';

/**
 * Reads the loans and holds of cards, for `saveCards`. No number may occur twice. Ten cards take one call for loans and
 * one for holds.
 * @throws UpstreamError, StoreUnavailable
 */
export async function readCards(
  { index, circulation }: { readonly index: IndexDatabase; readonly circulation: Circulation },
  cards: readonly string[],
  signal: AbortSignal,
): Promise<readonly CardReading[]> {
  const start = await index.startReading();
  const [loans, holds] = await Promise.all([
    circulation.loansByCard(cards, signal),
    circulation.holdsByCard(cards, signal),
  ]);
  return cards.map((libraryCardNumber, at) => ({
    libraryCardNumber,
    start,
    loans: (loans[at] ?? []).map(indexedLoan),
    holds: (holds[at] ?? []).flatMap(indexedHold),
  }));
}

const indexedLoan = ({
  id,
  libraryCardNumber,
  itemNumber,
  titleNumber,
  title,
  branch,
  dueOn,
}: Loan): IndexedLoan => ({ id, libraryCardNumber, itemNumber, titleNumber, title, branch, dueOn });

/** The index's row for a hold. Empty if the hold is over. */
function indexedHold({ state, readyUntil, ...hold }: Hold): readonly IndexedHold[] {
  if (state !== 'QUEUED' && state !== 'READY') {
    return [];
  }
  const { id, libraryCardNumber, titleNumber, title, pickupBranch, placedAt } = hold;
  const lastDay = state === 'READY' ? readyUntil : null;
  return [{ id, libraryCardNumber, titleNumber, title, pickupBranch, placedAt, state, readyUntil: lastDay }];
}
