import type { Encryption } from '../encryption/encryption.ts';
import type { CirculationIndex, HoldOrder, HoldQuery, LoanQuery } from './port.ts';
import { ObservedProgress } from './progress.ts';
import {
  type BuildRow,
  checkCount,
  first,
  type HoldRow,
  holdOf,
  type LoanRow,
  last,
  loanOf,
  readBuild,
} from './rows.ts';
import type { IndexStore } from './store.ts';
import { drawStart, markToRead } from './to-read.ts';

interface CountRow {
  readonly count: number | string;
}

interface CountsRow {
  readonly branch: string;
  readonly loans_out: number | string;
  readonly overdue: number | string;
  readonly holds_ready: number | string;
  readonly holds_queued: number | string;
}

function progressOf({ ask, now }: IndexStore, monotonic: () => number): Pick<CirculationIndex, 'progress'> {
  const observed = new ObservedProgress(monotonic);
  return {
    async progress() {
      const [row, [kept], [oldest], nowMs] = await Promise.all([
        readBuild(ask),
        ask<BuildRow>('keptBuild', []),
        ask<{ marked_at: number | string }>('oldestMark', []),
        now(),
      ]);
      return observed.see(row, kept, oldest === undefined ? null : Number(oldest.marked_at), nowMs);
    },
  };
}

export function circulationOf(
  store: IndexStore,
  encryption: Encryption,
  monotonic: () => number,
): CirculationIndex {
  const { ask } = store;
  return {
    ...progressOf(store, monotonic),
    async loans(query) {
      checkCount(query.maxItems);
      return (await loanRows(store, query)).map((row) => loanOf(encryption, row));
    },
    async countLoans({ branch, dueFrom, dueBefore }) {
      const [row] = await ask<CountRow>('countLoans', [dueFrom ?? first, dueBefore ?? last, branch]);
      return Number(row?.count ?? 0);
    },
    async holds(query, order = 'MOST_URGENT_FIRST') {
      checkCount(query.maxItems);
      return (await holdRows(store, query, order)).map((row) => holdOf(encryption, row));
    },
    async countHolds({ pickupBranch, shelf, readyUntilBefore }) {
      const [row] =
        shelf === 'TO_FETCH'
          ? await ask<CountRow>('countToFetchAtBranch', [pickupBranch])
          : await ask<CountRow>('countReadyAtBranch', [readyUntilBefore ?? last, pickupBranch]);
      return Number(row?.count ?? 0);
    },
    async loan(id) {
      const [row] = await ask<LoanRow>('loan', [id]);
      return row === undefined ? null : loanOf(encryption, row);
    },
    async hold(id) {
      const [row] = await ask<HoldRow>('hold', [id]);
      return row === undefined ? null : holdOf(encryption, row);
    },
    async loansOfItems(itemNumbers) {
      const found = await Promise.all(itemNumbers.map((number) => ask<LoanRow>('loanOfItem', [number])));
      return found.map(([row]) => (row === undefined ? null : loanOf(encryption, row)));
    },
    async holdsOfTitle(titleNumber, maxItems) {
      checkCount(maxItems);
      const rows = await ask<HoldRow>('holdsOfTitle', [titleNumber, maxItems]);
      return rows.map((row) => holdOf(encryption, row));
    },
    async queueLengths(titleNumbers) {
      const asked = titleNumbers.map((number) => ask<{ length: number | string }>('queueLength', [number]));
      return (await Promise.all(asked)).map(([row]) => Number(row?.length ?? 0));
    },
    async branchCounts(dueBefore) {
      const rows = await ask<CountsRow>('branchCounts', [dueBefore]);
      return rows.map((row) => ({
        branch: row.branch,
        loansOut: Number(row.loans_out),
        overdue: Number(row.overdue),
        holdsReady: Number(row.holds_ready),
        holdsQueued: Number(row.holds_queued),
      }));
    },
    lendingDays: (from) => ask<{ day: string; lent: number; returned: number }>('lendingDays', [from]),
    startReading: () => drawStart(store),
    async markToRead(what) {
      const start = await drawStart(store);
      await store.write((write) => markToRead(write, encryption, what, start));
    },
  };
}

async function loanRows(
  { ask }: IndexStore,
  { branch, dueFrom, dueBefore, order, after, maxItems }: LoanQuery,
): Promise<readonly LoanRow[]> {
  const isSoonest = order === 'SOONEST_DUE_FIRST';
  const start = isSoonest ? first : last;
  const values = [dueFrom ?? first, dueBefore ?? last, after?.key ?? start, after?.id ?? start, maxItems];
  return branch === null
    ? await ask(isSoonest ? 'loansSoonest' : 'loansLatest', values)
    : await ask(isSoonest ? 'loansSoonestOfBranch' : 'loansLatestOfBranch', [...values, branch]);
}

async function holdRows(
  { ask }: IndexStore,
  { pickupBranch, shelf, readyUntilBefore, after, maxItems }: HoldQuery,
  order: HoldOrder,
): Promise<readonly HoldRow[]> {
  const { start, statements } = holdPages[order];
  const { ofAll, atBranch } = statements[shelf];
  const until = shelf === 'READY' ? [readyUntilBefore ?? last] : [];
  const values = [...until, after?.key ?? start, after?.id ?? start, maxItems];
  return pickupBranch === null ? await ask(ofAll, values) : await ask(atBranch, [...values, pickupBranch]);
}

/** For each order: the statements that read a page, and the position at which the first page begins (`start`). */
const holdPages = {
  MOST_URGENT_FIRST: {
    start: first,
    statements: {
      READY: { ofAll: 'holdsReady', atBranch: 'holdsReadyAtBranch' },
      TO_FETCH: { ofAll: 'holdsToFetch', atBranch: 'holdsToFetchAtBranch' },
    },
  },
  LEAST_URGENT_FIRST: {
    start: last,
    statements: {
      READY: { ofAll: 'holdsReadyLast', atBranch: 'holdsReadyLastAtBranch' },
      TO_FETCH: { ofAll: 'holdsToFetchLast', atBranch: 'holdsToFetchLastAtBranch' },
    },
  },
} as const satisfies Record<HoldOrder, object>;
