/** Lists of the whole library, from the index: the loans, and the holds on the hold shelf or to be fetched for it. */
import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import {
  type HoldQuery,
  type IndexProgress,
  type LoanOrder,
  noLastDay,
  type RowPosition,
} from '../../../store/index/port.ts';
import { daysAfter, hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { badInput, type Page, parsePage, toPage } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { requireRecent } from '../index/require-whole.ts';
import { copiesOnShelf } from './titles.ts';

/** A page of a list from the index. Its resolvers say how old and how complete the list is. */
interface CurrentPage<Row> extends Page<Row> {
  readonly progress: IndexProgress;
}

/** The fields of a page that are about the whole list. */
export const pageResolvers = {
  asOf: ({ progress }: CurrentPage<unknown>, _args: unknown, { clock }: CirculationContext): string =>
    hongKongInstant(requireRecent(progress, clock())),
  complete: ({ progress }: CurrentPage<unknown>): boolean => progress.isWhole,
  completeBy: ({ progress: { underWay } }: CurrentPage<unknown>): string | null =>
    underWay === null || underWay.endsAt === null ? null : hongKongInstant(underWay.endsAt),
};

interface LoansArguments {
  readonly branch?: string | null;
  readonly dueBefore?: string | null;
  readonly overdue?: boolean | null;
  readonly orderBy: LoanOrder;
  readonly first: number;
  readonly after?: string | null;
}

/**
 * A page of the library's loans. A loan may be renewed between two pages. It is then shown at the position of its new
 * due date, on this page or a later one. It is not added to a page that was shown before.
 */
export async function loans(
  _: unknown,
  args: LoansArguments,
  context: CirculationContext,
): Promise<CurrentPage<Loan>> {
  requireScope(context, ['circulation:read']);
  const { first, after } = parsePage(args);
  checkBranch(args.branch ?? null);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const wanted = { branch: args.branch ?? null, ...dueDays(args, hongKongDay(context.clock())) };
  const position = after === null ? null : positionOf(after);
  const found = await index.loans({
    ...wanted,
    order: args.orderBy,
    after: position,
    maxItems: first + 1,
  });
  const candidates = found.slice(0, first);
  const end = candidates.at(-1);
  const endKey = end === undefined ? null : loanKey(end);
  const isSoonest = args.orderBy === 'SOONEST_DUE_FIRST';
  const belongsHere = (loan: Loan) =>
    (wanted.branch === null || loan.branch === wanted.branch) &&
    (wanted.dueFrom === null || loan.dueOn >= wanted.dueFrom) &&
    (wanted.dueBefore === null || loan.dueOn < wanted.dueBefore) &&
    (endKey === null || (isSoonest ? loanKey(loan) <= endKey : loanKey(loan) >= endKey));
  const rows = await currentRows(index, candidates, context.loansByCard, belongsHere);
  const sorted = rows.toSorted((one, other) => (loanKey(one) < loanKey(other) === isSoonest ? -1 : 1));
  const bounds = { hasNextPage: found.length > first, hasPreviousPage: position !== null };
  return { ...toPage(sorted, loanKey, bounds, endKey), progress };
}

/** The range of due days that the arguments select. A loan is overdue if it is due before today. */
function dueDays(
  { dueBefore = null, overdue = null }: Pick<LoansArguments, 'dueBefore' | 'overdue'>,
  today: string,
): { readonly dueFrom: string | null; readonly dueBefore: string | null } {
  if (overdue !== true) {
    return { dueFrom: overdue === false ? today : null, dueBefore };
  }
  return { dueFrom: null, dueBefore: dueBefore !== null && dueBefore < today ? dueBefore : today };
}

const loanKey = ({ dueOn, id }: Pick<Loan, 'dueOn' | 'id'>): string => `${dueOn} ${id}`;

/**
 * The position in a cursor.
 * @throws GraphQLError BAD_USER_INPUT for a cursor of another list.
 */
function positionOf(cursorKey: string): RowPosition {
  const [key, id, ...more] = cursorKey.split(' ');
  if (key === undefined || id === undefined || more.length > 0) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { key, id };
}

/**
 * Checks the form of a branch's code, because the database does not accept every text.
 * @throws GraphQLError BAD_USER_INPUT if the text can't be a branch's code.
 */
function checkBranch(code: string | null): void {
  if (code !== null && !isVendorNumber(code)) {
    throw badInput('`branch` must be the code of a branch, as in `HKCL`.');
  }
}

/** A hold is lapsing if its last day is today or tomorrow. */
const lapsingWithinDays = 2;

type HoldShelfState = 'TO_FETCH' | 'READY' | 'LAPSING';

interface HoldShelfArguments {
  readonly branch: string;
  readonly state: HoldShelfState;
  readonly first: number;
  readonly after?: string | null;
}

export async function holdShelf(
  _: unknown,
  { branch, state, ...page }: HoldShelfArguments,
  context: CirculationContext,
): Promise<CurrentPage<Hold>> {
  requireScope(context, ['circulation:read']);
  const { first, after } = parsePage(page);
  checkBranch(branch);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const lapsesBefore = daysAfter(hongKongDay(context.clock()), lapsingWithinDays);
  const shelf: Pick<HoldQuery, 'shelf' | 'readyUntilBefore'> =
    state === 'TO_FETCH'
      ? { shelf: 'TO_FETCH', readyUntilBefore: null }
      : { shelf: 'READY', readyUntilBefore: state === 'LAPSING' ? lapsesBefore : null };
  const position = after === null ? null : positionOf(after);
  const query = { ...shelf, pickupBranch: branch, after: position, maxItems: first + 1 };
  const found = await index.holds(query);
  const candidates = found.slice(0, first);
  const belongsHere = (hold: Hold) =>
    hold.pickupBranch === branch &&
    hold.state === (state === 'TO_FETCH' ? 'QUEUED' : 'READY') &&
    (state !== 'LAPSING' || (hold.readyUntil !== null && hold.readyUntil < lapsesBefore));
  const rows = await currentRows(index, candidates, context.holdsByCard, belongsHere);
  const shown = state === 'TO_FETCH' ? await toBeFetched(rows, context) : rows;
  const key = state === 'TO_FETCH' ? placedKey : lastDayKey;
  const end = candidates.at(-1);
  const bounds = { hasNextPage: found.length > first, hasPreviousPage: position !== null };
  return { ...toPage(shown, key, bounds, end === undefined ? null : key(end)), progress };
}

type HoldKey = Pick<Hold, 'placedAt' | 'readyUntil' | 'id'>;
const placedKey = ({ placedAt, id }: HoldKey): string => `${placedAt} ${id}`;
const lastDayKey = ({ readyUntil, id }: HoldKey): string => `${readyUntil ?? noLastDay} ${id}`;

/** The holds for which a copy is on the shelves now. Makes one call to circulation for each title. */
async function toBeFetched(holds: readonly Hold[], context: CirculationContext): Promise<readonly Hold[]> {
  const onShelf = await Promise.all(holds.map((hold) => copiesOnShelf(hold, context)));
  const gone = holds.filter((_, at) => onShelf[at] === 0);
  if (gone.length > 0) {
    const titles = new Set(gone.map(({ titleNumber }) => titleNumber));
    await context.services.index.markToRead([...titles].map((key) => ({ kind: 'COPIES', key })));
  }
  return holds.filter(({ queuePosition }, at) => (queuePosition ?? 1) <= (onShelf[at] ?? 0));
}
