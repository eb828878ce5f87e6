/** Lists of the whole library, from the index: the loans, and the holds on the hold shelf or to be fetched for it. */
import type { Hold, Loan } from '../../../../adapters/circulation/port.ts';
import {
  type IndexProgress,
  type LoanConditions,
  type LoanOrder,
  noLastDay,
  type RowPosition,
} from '../../../../store/index/port.ts';
import type { Branches } from '../../../library/branches.ts';
import { daysAfter, hongKongDay, hongKongInstant } from '../../../library/calendar.ts';
import { isVendorNumber } from '../../../library/card-and-identity-numbers.ts';
import { badInput, type Page, type PageInput, parsePage, toPage } from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { currentRows } from '../../index/current-rows.ts';
import { requireRecent } from '../../index/require-whole.ts';
import { copiesOnShelf } from '../titles.ts';

/** A page of a list from the index. Its resolvers say how old and how complete the list is. */
interface CurrentPage<Row> extends Page<Row> {
  readonly progress: IndexProgress;
  /** Counts the rows of all pages. */
  readonly countRows: () => Promise<number>;
}

/** The fields of a page that are about the whole list. */
export const pageResolvers = {
  asOf: ({ progress }: CurrentPage<unknown>, _args: unknown, { clock }: CirculationContext): string =>
    hongKongInstant(requireRecent(progress, clock())),
  /** @throws GraphQLError INDEX_NOT_READY, because a count can't say that something is missing from it (R26) */
  totalCount: async (
    { countRows }: CurrentPage<unknown>,
    _args: unknown,
    context: CirculationContext,
  ): Promise<number> => {
    await context.requireWholeIndex();
    return await countRows();
  },
  complete: ({ progress }: CurrentPage<unknown>): boolean => progress.isWhole,
  completeBy: ({ progress: { underWay } }: CurrentPage<unknown>): string | null =>
    underWay === null || underWay.endsAt === null ? null : hongKongInstant(underWay.endsAt),
};

interface LoanFilter {
  readonly branch?: string | null;
  readonly dueBefore?: string | null;
  readonly overdue?: boolean | null;
}

interface LoansArguments extends PageInput {
  readonly filter?: LoanFilter | null;
  readonly orderBy?: LoanOrder | null;
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
  const order = args.orderBy ?? 'SOONEST_DUE_FIRST';
  const wanted = conditionsOf(args.filter ?? {}, context);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const position = after === null ? null : positionOf(after);
  const found = await index.loans({ ...wanted, order, after: position, maxItems: first + 1 });
  const candidates = found.slice(0, first);
  const end = candidates.at(-1);
  const endKey = end === undefined ? null : loanKey(end);
  const isSoonest = order === 'SOONEST_DUE_FIRST';
  const belongsHere = (loan: Loan) =>
    (wanted.branch === null || loan.branch === wanted.branch) &&
    (wanted.dueFrom === null || loan.dueOn >= wanted.dueFrom) &&
    (wanted.dueBefore === null || loan.dueOn < wanted.dueBefore) &&
    (endKey === null || (isSoonest ? loanKey(loan) <= endKey : loanKey(loan) >= endKey));
  const rows = await currentRows(index, candidates, context.loansByCard, belongsHere);
  const sorted = rows.toSorted((one, other) => (loanKey(one) < loanKey(other) === isSoonest ? -1 : 1));
  const bounds = { hasNextPage: found.length > first, hasPreviousPage: position !== null };
  return { ...toPage(sorted, loanKey, bounds, endKey), progress, countRows: () => index.countLoans(wanted) };
}

/** The conditions that a filter sets. A loan is overdue if it is due before today. */
function conditionsOf(
  { branch = null, dueBefore = null, overdue = null }: LoanFilter,
  { branches, clock }: CirculationContext,
): LoanConditions {
  if (branch !== null) {
    checkBranch(branch, branches);
  }
  const today = hongKongDay(clock());
  if (overdue !== true) {
    return { branch, dueFrom: overdue === false ? today : null, dueBefore };
  }
  return { branch, dueFrom: null, dueBefore: dueBefore !== null && dueBefore < today ? dueBefore : today };
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
 * Checks the code of a branch. A list for a mistyped code would be empty, as if nothing were out there. The form is
 * checked, because the database does not accept every text.
 * @throws GraphQLError BAD_USER_INPUT if the library has no such branch
 */
export function checkBranch(code: string, branches: Branches): void {
  if (!isVendorNumber(code) || !branches.allows(code)) {
    throw badInput('`filter.branch` must be the code of a branch, as in `HKCL`: `branches` lists them.');
  }
}

/** A hold is lapsing if its last day is today or tomorrow. */
const lapsingWithinDays = 2;

type HoldShelfState = 'TO_FETCH' | 'READY' | 'LAPSING';

interface HoldShelfArguments extends PageInput {
  readonly filter: { readonly branch: string; readonly state?: HoldShelfState | null };
}

export async function holdShelf(
  _: unknown,
  { filter, ...page }: HoldShelfArguments,
  context: CirculationContext,
): Promise<CurrentPage<Hold>> {
  requireScope(context, ['circulation:read']);
  const { first, after } = parsePage(page);
  const { branch } = filter;
  const state = filter.state ?? 'READY';
  checkBranch(branch, context.branches);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const lapsesBefore = daysAfter(hongKongDay(context.clock()), lapsingWithinDays);
  const wanted = {
    pickupBranch: branch,
    shelf: state === 'TO_FETCH' ? 'TO_FETCH' : 'READY',
    readyUntilBefore: state === 'LAPSING' ? lapsesBefore : null,
  } as const;
  const position = after === null ? null : positionOf(after);
  const found = await index.holds({ ...wanted, after: position, maxItems: first + 1 });
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
  const shelf = toPage(shown, key, bounds, end === undefined ? null : key(end));
  return { ...shelf, progress, countRows: () => index.countHolds(wanted) };
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
