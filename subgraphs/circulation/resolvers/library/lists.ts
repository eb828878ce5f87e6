/** Lists of the whole library, from the index: the loans, and the holds on the hold shelf or to be fetched for it. */
import type { Hold, Loan } from '../../../../adapters/circulation/port.ts';
import {
  type HoldConditions,
  type HoldOrder,
  type IndexProgress,
  type LoanConditions,
  type LoanOrder,
  noLastDay,
  type RowPosition,
} from '../../../../store/index/port.ts';
import { daysAfter, hongKongDay, hongKongInstant } from '../../../library/calendar.ts';
import { type SelectedFields, selects } from '../../../operations/changes/selects.ts';
import {
  badInput,
  boundsOfPage,
  type Page,
  type PageArguments,
  type PageInput,
  parsePage,
  toPage,
} from '../../../runtime/pagination.ts';
import { type CirculationContext, once, requireScope } from '../../context.ts';
import { currentRows } from '../../index/current-rows.ts';
import { requireRecent } from '../../index/require-whole.ts';
import { copiesOnShelf } from '../titles.ts';
import { checkBranch } from './check-branch.ts';
import { ofActivePatrons } from './holds-to-fetch.ts';

/** A page of a list from the index. The connection's other fields show how old and how complete the list is. */
interface CurrentPage<Row> {
  readonly progress: IndexProgress;
  /**
   * Reads the rows of the page from circulation, only once. If the client requests only the count or the age, this is
   * not called.
   */
  readonly readRows: () => Promise<Page<Row>>;
  /** Counts the rows of all pages. */
  readonly countRows: () => Promise<number>;
}

export const pageResolvers = {
  edges: async ({ readRows }: CurrentPage<unknown>) => (await readRows()).edges,
  pageInfo: async ({ readRows }: CurrentPage<unknown>) => (await readRows()).pageInfo,
  asOf: ({ progress }: CurrentPage<unknown>, _args: unknown, { clock }: CirculationContext): string =>
    hongKongInstant(requireRecent(progress, clock())),
  /** @throws GraphQLError INDEX_NOT_READY until the index is complete, because a count can't show what it lacks (R26) */
  totalCount: async (
    { countRows }: CurrentPage<unknown>,
    _args: unknown,
    context: CirculationContext,
  ): Promise<number> => {
    await context.requireWholeIndex();
    return await countRows();
  },
  complete: ({ progress }: CurrentPage<unknown>): boolean => progress.isWhole,
  completeBy({ progress }: CurrentPage<unknown>, _args: unknown, { clock }: CirculationContext) {
    const leftMs = progress.underWay?.leftMs ?? null;
    return leftMs === null ? null : hongKongInstant(new Date(clock().getTime() + leftMs));
  },
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
 * Reads the rows here if the client selects them. If circulation can't be reached, the whole list is then null, with
 * one error.
 */
async function openPage<Row>(page: CurrentPage<Row>, info: SelectedFields): Promise<CurrentPage<Row>> {
  if (selects(info, ['edges', 'pageInfo'])) {
    await page.readRows();
  }
  return page;
}

/**
 * A page of the library's loans. A loan that is renewed between two pages moves to the position of its new due date. So
 * a client may see it twice, or not at all.
 */
export async function loans(
  _: unknown,
  args: LoansArguments,
  context: CirculationContext,
  info: SelectedFields,
): Promise<CurrentPage<Loan>> {
  requireScope(context, ['circulation:read']);
  const order = args.orderBy ?? 'SOONEST_DUE_FIRST';
  const page = parsePage(args, `loans ${order}`);
  const wanted = conditionsOf(args.filter ?? {}, context);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const readRows = once(() => readLoans(wanted, order, page, context));
  return await openPage({ progress, readRows, countRows: () => index.countLoans(wanted) }, info);
}

async function readLoans(
  wanted: LoanConditions,
  order: LoanOrder,
  page: PageArguments,
  context: CirculationContext,
): Promise<Page<Loan>> {
  const { index } = context.services;
  const found = await index.loans({ ...wanted, order, after: positionOf(page), maxItems: page.first + 1 });
  const candidates = found.slice(0, page.first);
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
  return toPage(sorted, loanKey, boundsOfPage(page, found.length), endKey);
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
 * The position in a page's cursor. Null for the first page.
 * @throws GraphQLError BAD_USER_INPUT for a text that is not the cursor of any page.
 */
function positionOf({ after }: PageArguments): RowPosition | null {
  if (after === null) {
    return null;
  }
  const [key, id, ...more] = after.split(' ');
  if (key === undefined || id === undefined || more.length > 0) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { key, id };
}

/** A hold is lapsing if its last day is among this many days, of which today is the first. */
const lapsingWithinDays = 2;

type HoldShelfState = 'TO_FETCH' | 'READY' | 'LAPSING';

interface HoldShelfArguments extends PageInput {
  readonly filter: { readonly branch: string; readonly state?: HoldShelfState | null };
  readonly orderBy?: HoldOrder | null;
}

export async function holdShelf(
  _: unknown,
  { filter, orderBy, ...args }: HoldShelfArguments,
  context: CirculationContext,
  info: SelectedFields,
): Promise<CurrentPage<Hold>> {
  requireScope(context, ['circulation:read']);
  const { branch } = filter;
  const state = filter.state ?? 'READY';
  checkBranch(branch, context.branches);
  const { index } = context.services;
  const wanted = {
    pickupBranch: branch,
    shelf: state === 'TO_FETCH' ? 'TO_FETCH' : 'READY',
    readyUntilBefore: state === 'LAPSING' ? daysAfter(hongKongDay(context.clock()), lapsingWithinDays) : null,
  } as const;
  const order = orderBy ?? 'MOST_URGENT_FIRST';
  const page = parsePage(args, `holdShelf ${wanted.shelf} ${order}`);
  const progress = await context.requireOpenIndex();
  const readRows = once(() => readHolds(wanted, order, page, context));
  return await openPage({ progress, readRows, countRows: () => index.countHolds(wanted) }, info);
}

async function readHolds(
  wanted: HoldConditions,
  order: HoldOrder,
  page: PageArguments,
  context: CirculationContext,
): Promise<Page<Hold>> {
  const { index } = context.services;
  const { pickupBranch, shelf, readyUntilBefore } = wanted;
  const found = await index.holds({ ...wanted, after: positionOf(page), maxItems: page.first + 1 }, order);
  const candidates = found.slice(0, page.first);
  const belongsHere = (hold: Hold) =>
    hold.pickupBranch === pickupBranch &&
    hold.state === (shelf === 'TO_FETCH' ? 'QUEUED' : 'READY') &&
    (readyUntilBefore === null || (hold.readyUntil !== null && hold.readyUntil < readyUntilBefore));
  const rows = await currentRows(index, candidates, context.holdsByCard, belongsHere);
  const shown = shelf === 'TO_FETCH' ? await toBeFetched(rows, context) : rows;
  const key = shelf === 'TO_FETCH' ? placedKey : lastDayKey;
  const end = candidates.at(-1);
  return toPage(shown, key, boundsOfPage(page, found.length), end === undefined ? null : key(end));
}

type HoldKey = Pick<Hold, 'placedAt' | 'readyUntil' | 'id'>;
const placedKey = ({ placedAt, id }: HoldKey): string => `${placedAt} ${id}`;
const lastDayKey = ({ readyUntil, id }: HoldKey): string => `${readyUntil ?? noLastDay} ${id}`;

/**
 * Leaves out holds for which no copy is on the shelves now, and holds of patrons who are not active. Makes one call to
 * circulation for each title, and one to card management and one to the registry.
 */
async function toBeFetched(holds: readonly Hold[], context: CirculationContext): Promise<readonly Hold[]> {
  const onShelf = await Promise.all(holds.map((hold) => copiesOnShelf(hold, context)));
  const gone = holds.filter((_, at) => onShelf[at] === 0);
  if (gone.length > 0) {
    const titles = new Set(gone.map(({ titleNumber }) => titleNumber));
    await context.services.index.markToRead([...titles].map((key) => ({ kind: 'COPIES', key })));
  }
  const served = holds.filter(({ queuePosition }, at) => (queuePosition ?? 1) <= (onShelf[at] ?? 0));
  return await ofActivePatrons(served, (hold) => hold, context);
}
