import type { Repair } from '../../operations/books/patron-rules.ts';
import type { LendingServices } from '../lending/services.ts';

/** A repair of one card of a patron. */
export interface CardRepair {
  readonly repair: Repair;
  readonly patronId: string;
  readonly libraryCardNumber: string;
}

/**
 * Whether the repair is right by the registry and card management, as they are now. A card in use of an active patron
 * may be unblocked, and any other card may be blocked (R15, R17). A card in use may be registered. Circulation can't be
 * asked whether the card is blocked, so the change is made in any case. It does no harm if it was made before.
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
