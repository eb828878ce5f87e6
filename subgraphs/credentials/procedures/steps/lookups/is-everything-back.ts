import type { Hold } from '../../../../../adapters/circulation/port.ts';
import type { PatronMerge, PlaceKind } from '../../../../../store/journal/port.ts';
import type { CredentialServices } from '../../services.ts';

/**
 * Whether there are no loans or open holds on the cards of a merged record, and no operation that may still make one.
 * The operations are read first. If one is settled meanwhile, its loan is already among the loans.
 * @throws UpstreamError, StoreUnavailable
 */
export async function isEverythingBack(
  services: CredentialServices,
  { leavingId, stayingId }: Pick<PatronMerge, 'leavingId' | 'stayingId'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { cards, circulation } = services;
  const [own = []] = await cards.cardsByPatron([leavingId], signal);
  const numbers = own.map(({ libraryCardNumber }) => libraryCardNumber);
  const onCards = new Set(numbers);
  const hasPlaces = await Promise.all(placeKinds.map((kind) => hasPlace(services, stayingId, kind, onCards)));
  if (hasPlaces.includes(true)) {
    return false;
  }
  const [loans, holds] = await Promise.all([
    circulation.loansByCard(numbers, signal),
    circulation.holdsByCard(numbers, signal),
  ]);
  return loans.flat().length === 0 && holds.flat().every(isOver);
}

const placeKinds: readonly PlaceKind[] = ['LOAN', 'HOLD'];

const isOver = ({ state }: Hold): boolean => state === 'CANCELLED' || state === 'LAPSED';

/** Whether an operation may still make a loan or a hold on one of the cards. */
async function hasPlace(
  { journal }: CredentialServices,
  patronId: string,
  kind: PlaceKind,
  cards: ReadonlySet<string>,
): Promise<boolean> {
  const { epoch } = await journal.placesNow(patronId, kind);
  const { unsettled, uncertain } = await journal.placesSince(patronId, kind, epoch);
  return [...unsettled, ...uncertain].some(({ libraryCardNumber }) => cards.has(libraryCardNumber));
}
