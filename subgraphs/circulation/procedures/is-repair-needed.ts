import type { Repair } from '../../operations/books/patron-rules.ts';
import type { LendingServices } from '../lending/services.ts';

export interface CardRepair {
  readonly repair: Repair;
  readonly patronId: string;
  readonly libraryCardNumber: string;
}

/**
 * Whether a repair fits what the registry and card management say now. An active patron's card in use may be unblocked,
 * and any other card may be blocked (R15, R17). A card in use may be registered. Circulation has no call that shows
 * whether a card is blocked. So the repair may change nothing, which does no harm.
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
