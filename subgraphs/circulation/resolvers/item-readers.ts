/**
 * Shows who has a copy on loan, and who waits for its title. Only staff may read this, and an audit record is written
 * for each reader (R27). Everybody may read when a copy is due, and how many readers wait.
 */
import type { Hold, Item, Loan } from '../../../adapters/circulation/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { parseFirst } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { behind } from '../index/require-whole.ts';
import { loadAll } from '../loaders.ts';

/** The number of holds to return if `first` is null. The schema has the same default. */
const shownHolds = 10;

type ItemKey = Pick<Item, 'itemNumber'>;

/**
 * The loan of a copy, from the index. If the index has none, circulation is asked for the copy's state, because the
 * index shows a new check-out only after some seconds. If circulation has the copy on loan, an error is thrown: null
 * would mean that it is not on loan.
 * @throws GraphQLError INDEX_BEHIND, INDEX_NOT_READY
 */
export async function loanOfItem(
  item: ItemKey & Partial<Pick<Item, 'state'>>,
  _args: unknown,
  context: CirculationContext,
): Promise<Loan | null> {
  requireScope(context, ['circulation:read']);
  await context.requireOpenIndex();
  const indexed = await context.indexedLoansByItem.load(item.itemNumber);
  const isOut = (loan: Loan) => loan.itemNumber === item.itemNumber;
  const candidates = indexed === null ? [] : [indexed];
  const [loan] = await currentRows(context.services.index, candidates, context.loansByCard, isOut);
  if (loan !== undefined) {
    await recordReaders([loan], context);
    return loan;
  }
  const state = item.state ?? (await context.items.load(item.itemNumber))?.state;
  if (state !== 'ON_LOAN') {
    return null;
  }
  await context.requireWholeIndex();
  throw behind(errorTexts.BORROWER_NOT_INDEXED);
}

/**
 * The due date of a copy, from the index. Null if the copy is not on loan. Who has the copy is neither read nor shown.
 * @throws GraphQLError INDEX_BEHIND, INDEX_NOT_READY
 */
export async function dueOnOfItem(
  item: ItemKey & Partial<Pick<Item, 'state'>>,
  _args: unknown,
  context: CirculationContext,
): Promise<string | null> {
  const state = item.state ?? (await context.items.load(item.itemNumber))?.state;
  if (state !== 'ON_LOAN') {
    return null;
  }
  await context.requireOpenIndex();
  const indexed = await context.indexedLoansByItem.load(item.itemNumber);
  if (indexed !== null) {
    return indexed.dueOn;
  }
  await context.requireWholeIndex();
  throw behind(errorTexts.DUE_DAY_NOT_INDEXED);
}

export async function holdsOfItem(
  item: ItemKey & Partial<Pick<Item, 'titleNumber'>>,
  args: { readonly first?: number | null },
  context: CirculationContext,
): Promise<readonly Hold[]> {
  requireScope(context, ['circulation:read']);
  const first = parseFirst(args, shownHolds);
  const { index } = context.services;
  await context.requireWholeIndex();
  const titleNumber = item.titleNumber ?? (await context.items.load(item.itemNumber))?.titleNumber;
  if (titleNumber === undefined) {
    return [];
  }
  const indexed = await index.holdsOfTitle(titleNumber, first);
  const found = await currentRows(index, indexed, context.holdsByCard, isOpen);
  await recordReaders(found, context);
  return found;
}

/** Whether the hold is open: it waits in the queue, or a copy is ready for it. */
export const isOpen = ({ state }: Hold): boolean => state === 'QUEUED' || state === 'READY';

/**
 * Writes an audit record for the patron of each loan or hold before the answer, once in a request. The record does not
 * name the item. If card management does not know the card, the record names no patron.
 */
export async function recordReaders(
  rows: readonly (Loan | Hold)[],
  context: CirculationContext,
): Promise<void> {
  const cards = rows.map(({ libraryCardNumber }) => libraryCardNumber);
  await loadAll(context.recordedReaders, cards);
}

/**
 * Writes an audit record if the caller learns the patron from this loan or hold. If the caller already had the patron
 * or the card, no record is written.
 */
export async function recordIfFound(row: Loan | Hold, context: CirculationContext): Promise<void> {
  if ('isFound' in row) {
    await recordReaders([row], context);
  }
}

export async function queueLength(
  { titleNumber }: { readonly titleNumber: string },
  _args: unknown,
  context: CirculationContext,
): Promise<number> {
  await context.requireWholeIndex();
  return await context.queueLengths.load(titleNumber);
}
