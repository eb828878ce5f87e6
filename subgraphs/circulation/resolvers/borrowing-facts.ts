/** Reads what only the field `Patron.borrowing` needs. */
import { isInUse } from '../../library/smart-id.ts';
import type { CirculationContext } from '../context.ts';
import { owesMoreThan } from '../lending/charges-limit.ts';

/**
 * Whether the patron can borrow with one of their cards. The cards are read only if *credentials* did not return
 * `hasCardInUse`.
 */
export async function hasCardInUse(
  { id, hasCardInUse: known }: { readonly id: string; readonly hasCardInUse?: boolean | null },
  context: CirculationContext,
): Promise<boolean> {
  if (known != null) {
    return known;
  }
  const cards = await context.cardsByPatron.load(id);
  return cards.some((card) => isInUse(card, cards));
}

/** Whether the patron owes more than the limit for lending. False also if it is not known what the patron owes (R26). */
export async function owesTooMuch(
  patronId: string,
  { services, merges }: CirculationContext,
): Promise<boolean> {
  if (services.chargesLimit === undefined) {
    return false;
  }
  const { from } = await merges.load(patronId);
  return (await owesMoreThan(services.chargesLimit, [patronId, ...from])) === true;
}
