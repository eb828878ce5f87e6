/**
 * The reader who has a copy, and the readers who wait for its title. Only staff may read them, and each reading is
 * recorded (R27).
 */
import type { Hold, Item, Loan } from '../../../adapters/circulation/port.ts';
import { recordReadingByItem } from '../../operations/reading-audit.ts';
import { parsePage } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { loadAll } from '../loaders.ts';

type ItemKey = Pick<Item, 'itemNumber'>;

export async function loanOfItem(
  { itemNumber }: ItemKey,
  _args: unknown,
  context: CirculationContext,
): Promise<Loan | null> {
  requireScope(context, ['circulation:read']);
  await context.requireWholeIndex();
  const indexed = await context.indexedLoansByItem.load(itemNumber);
  if (indexed === null) {
    return null;
  }
  const isOut = (loan: Loan) => loan.itemNumber === itemNumber;
  const found = await currentRows(context.services.index, [indexed], context.loansByCard, isOut);
  await recordReaders(found, context);
  return found[0] ?? null;
}

export async function holdsOfItem(
  item: ItemKey & Partial<Pick<Item, 'titleNumber'>>,
  args: { readonly first: number },
  context: CirculationContext,
): Promise<readonly Hold[]> {
  requireScope(context, ['circulation:read']);
  const { first } = parsePage(args);
  const { index } = context.services;
  await context.requireWholeIndex();
  const titleNumber = item.titleNumber ?? (await context.items.load(item.itemNumber))?.titleNumber;
  if (titleNumber === undefined) {
    return [];
  }
  const indexed = await index.holdsOfTitle(titleNumber, first);
  const isOpen = (hold: Hold) => hold.state === 'QUEUED' || hold.state === 'READY';
  const found = await currentRows(index, indexed, context.holdsByCard, isOpen);
  await recordReaders(found, context);
  return found;
}

/**
 * Writes an audit record for the patron of each row, before the answer. The record does not name the item. If card
 * management does not know the card of a row, the record names no patron.
 */
async function recordReaders(rows: readonly (Loan | Hold)[], context: CirculationContext): Promise<void> {
  const cards = [...new Set(rows.map(({ libraryCardNumber }) => libraryCardNumber))];
  if (cards.length > 0) {
    const owners = await loadAll(context.cardsByNumber, cards);
    await recordReadingByItem(
      context.services,
      context.caller,
      owners.map((card) => card?.patronId ?? null),
    );
  }
}

export async function queueLength(
  { titleNumber }: { readonly titleNumber: string },
  _args: unknown,
  context: CirculationContext,
): Promise<number> {
  requireScope(context, ['circulation:read']);
  await context.requireWholeIndex();
  return await context.queueLengths.load(titleNumber);
}
