import type { Repair } from '../../operations/books/patron-rules.ts';
import type { LendingServices } from '../lending/services.ts';

/** A repair of one card of a patron. */
export interface CardRepair {
  readonly repair: Repair;
  readonly patronId: string;
  readonly libraryCardNumber: string;
}

/**
 * Whether the repair is right by the registry and card management, as they are now. Only a card in use of an active
 * patron is unblocked or registered (R15, R17), and only another card is blocked. Whether circulation has blocked the
 * card is not asked, because nobody can say for certain: the change is made, and does no harm if it was made before.
 * @throws UpstreamError
 */
export async function isRepairNeeded(
  { patrons, cards }: LendingServices,
  { repair, patronId, libraryCardNumber }: CardRepair,
  signal: AbortSignal,
): Promise<boolean> {
  const [[patron], [card]] = await Promise.all([
    patrons.findMany([patronId], signal),
    cards.cardsByNumber([libraryCardNumber], signal),
  ]);
  if (patron == null || card == null || card.patronId !== patronId) {
    return false;
  }
  const isUsable = patron.status === 'ACTIVE' && card.state === 'ACTIVE';
  switch (repair) {
    case 'BLOCK_CARD':
      return !isUsable;
    case 'UNBLOCK_CARD':
      return isUsable;
    case 'REGISTER_CARD':
      return card.state === 'ACTIVE';
    default:
      return repair satisfies never;
  }
}
