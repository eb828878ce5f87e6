import type { Circulation, Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { CardReading, IndexDatabase, IndexedHold, IndexedLoan } from '../../../store/index/port.ts';

/**
 * Reads the loans and holds of cards, for `saveCards`. The numbers must differ. One call to circulation each for ten cards.
 * @throws UpstreamError, StoreUnavailable
 */
export async function readCards(
  { index, circulation }: { readonly index: IndexDatabase; readonly circulation: Circulation },
  cards: readonly string[],
  signal: AbortSignal,
): Promise<readonly CardReading[]> {
  const startedAt = await index.now();
  const [loans, holds] = await Promise.all([
    circulation.loansByCard(cards, signal),
    circulation.holdsByCard(cards, signal),
  ]);
  return cards.map((libraryCardNumber, at) => ({
    libraryCardNumber,
    startedAt,
    loans: (loans[at] ?? []).map(indexedLoan),
    holds: (holds[at] ?? []).flatMap(indexedHold),
  }));
}

/** What the index has of a loan. */
const indexedLoan = ({
  id,
  libraryCardNumber,
  itemNumber,
  titleNumber,
  title,
  branch,
  dueOn,
}: Loan): IndexedLoan => ({ id, libraryCardNumber, itemNumber, titleNumber, title, branch, dueOn });

/** What the index has of a hold: nothing, once it is over. */
function indexedHold({ state, readyUntil, ...hold }: Hold): readonly IndexedHold[] {
  if (state !== 'QUEUED' && state !== 'READY') {
    return [];
  }
  const { id, libraryCardNumber, titleNumber, title, pickupBranch, placedAt } = hold;
  const lastDay = state === 'READY' ? readyUntil : null;
  return [{ id, libraryCardNumber, titleNumber, title, pickupBranch, placedAt, state, readyUntil: lastDay }];
}
