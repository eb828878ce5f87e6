/**
 * The reader who has a copy, and the readers who wait for its title. Only staff may read them, and each reading is
 * recorded (R27). Everybody may read the day on which a copy is due, and the number of readers who wait.
 */
import type { Hold, Item, Loan } from '../../../adapters/circulation/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { parseFirst } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { behind } from '../index/require-whole.ts';
import { loadAll } from '../loaders.ts';

/** The number of holds if `first` is null. The schema's default is the same. */
const shownHolds = 10;

type ItemKey = Pick<Item, 'itemNumber'>;

/**
 * The loan of a copy. The index needs some seconds to learn of a check-out, and null would mean that the copy is not
 * out. So if the index has no loan, circulation's state of the copy decides.
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
 * The due date of a copy, from the index. Null if the copy is not out. The reader of the loan is neither read nor
 * shown.
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

/** Whether a reservation still waits, or a copy waits for it. */
export const isOpen = ({ state }: Hold): boolean => state === 'QUEUED' || state === 'READY';

/**
 * Writes an audit record for the patron of each row, once in a request, before the answer. The record does not name the
 * item. If card management does not know the card of a row, the record names no patron.
 */
export async function recordReaders(
  rows: readonly (Loan | Hold)[],
  context: CirculationContext,
): Promise<void> {
  const cards = rows.map(({ libraryCardNumber }) => libraryCardNumber);
  await loadAll(context.recordedReaders, cards);
}

/**
 * Writes an audit record for the patron of the row, because the caller learns the patron. No record is written if the
 * caller found the row by its patron or card.
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
