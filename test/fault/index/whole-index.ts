import { dayOf } from '../../../simulators/hong-kong-time.ts';
import type { EventRow, Store } from '../../../simulators/tables/store.ts';
import type { IndexDatabase, IndexedHold, IndexedLoan } from '../../../store/index/port.ts';
import { daysAfter } from '../../../subgraphs/library/calendar.ts';

/** The library's loans, holds and counts, in one form for the index and for circulation's tables. */
export interface Books {
  readonly loans: readonly string[];
  readonly holds: readonly string[];
  readonly toFetch: readonly string[];
  readonly counts: readonly string[];
  /** The number of loans and of returns on each day. */
  readonly days: readonly string[];
  /** The number, status and patron of each application, and the number of each loss report. */
  readonly applications: readonly string[];
}

const pageSize = 500;
const statuses = { RCV: 'RECEIVED', APR: 'APPROVED', REJ: 'REJECTED', WDN: 'WITHDRAWN' } as const;

const anyLoans = {
  branch: null,
  dueFrom: null,
  dueBefore: null,
  order: 'SOONEST_DUE_FIRST',
  maxItems: pageSize,
} as const;
const anyHolds = { pickupBranch: null, readyUntilBefore: null, after: null, maxItems: pageSize };
const anyApplications = {
  status: null,
  channel: null,
  of: null,
  order: 'NEWEST_FIRST',
  after: null,
  maxItems: pageSize,
} as const;

/** Reads the whole index, page by page. */
export async function booksOfIndex(index: IndexDatabase, today: string): Promise<Books> {
  const loans: IndexedLoan[] = [];
  for (;;) {
    const last = loans.at(-1);
    const after = last === undefined ? null : { key: last.dueOn, id: last.id };
    const page = await index.loans({ ...anyLoans, after });
    loans.push(...page);
    if (page.length < pageSize) {
      break;
    }
  }
  const titles = await index.holds({ ...anyHolds, shelf: 'TO_FETCH' });
  const ready = await index.holds({ ...anyHolds, shelf: 'READY' });
  const counts = await index.branchCounts(today);
  const days = await index.lendingDays(daysAfter(today, -29));
  const applications = await index.applications(anyApplications);
  const lossReports = await index.lossReports(null, pageSize);
  return {
    loans: loans
      .map(({ id, libraryCardNumber, itemNumber, titleNumber, branch, dueOn }) =>
        [id, libraryCardNumber, itemNumber, titleNumber, branch, dueOn].join(' '),
      )
      .sort(),
    holds: ready.map(holdLine).sort(),
    toFetch: titles.map(({ id }) => id).sort(),
    counts: counts.map(({ branch, ...count }) => `${branch} ${Object.values(count).join(' ')}`),
    days: days.map(({ day, lent, returned }) => `${day} ${lent} ${returned}`),
    applications: [
      ...applications.map(({ id, status, patronId }) => `${id} ${status} ${patronId}`),
      ...lossReports.map(({ id }) => id),
    ].sort(),
  };
}

const holdLine = ({ id, libraryCardNumber, titleNumber, pickupBranch, readyUntil }: IndexedHold) =>
  [id, libraryCardNumber, titleNumber, pickupBranch, readyUntil].join(' ');

const dashed = (day: string) => day.replace(/^(....)(..)(..)$/, '$1-$2-$3');

/** Computes the expected content of the index from the tables of circulation and card management. */
export function booksOfCirculation({ circ, cms }: Store, clock: () => Date): Books {
  const today = dayOf(clock());
  const loans = [...circ.loans.values()];
  const holds = [...circ.holds.values()];
  const ready = holds.filter(({ state }) => state === 'R');
  const queued = holds.filter(({ state }) => state === 'Q');
  const branches = new Set([
    ...loans.map(({ branch }) => branch),
    ...[...ready, ...queued].map(({ pickupBranch }) => pickupBranch),
  ]);
  return {
    loans: loans
      .map(({ loanNo, cardNo, itemNo, bibNo, branch, dueOn }) =>
        [loanNo, cardNo, itemNo, bibNo, branch, dashed(dueOn)].join(' '),
      )
      .sort(),
    holds: ready
      .map(({ holdNo, cardNo, bibNo, pickupBranch, readyUntil }) =>
        [holdNo, cardNo, bibNo, pickupBranch, readyUntil === '' ? null : dashed(readyUntil)].join(' '),
      )
      .sort(),
    toFetch: [...Map.groupBy(queued, ({ bibNo }) => bibNo)]
      .flatMap(([bibNo, queue]) => {
        const onShelf = circ.items
          .by('bibNo', bibNo)
          .filter(({ state, material }) => state === 'A' && material !== 'RF').length;
        return queue
          .toSorted((one, other) => one.queuePos - other.queuePos)
          .slice(0, onShelf)
          .map(({ holdNo }) => holdNo);
      })
      .sort(),
    days: lendingDays(circ.events, daysAfter(today, -29)),
    applications: [
      ...[...cms.applications.values()].map(
        ({ applicationNo, status, patronNo }) => `${applicationNo} ${statuses[status]} ${patronNo}`,
      ),
      ...[...cms.lossReports.values()].map(({ reportNo }) => reportNo),
    ].sort(),
    counts: [...branches].sort().map((branch) => {
      const out = loans.filter((loan) => loan.branch === branch);
      const overdue = out.filter(({ dueOn }) => dashed(dueOn) < today);
      const at = (rows: typeof holds) => rows.filter(({ pickupBranch }) => pickupBranch === branch).length;
      return `${branch} ${out.length} ${overdue.length} ${at(ready)} ${at(queued)}`;
    }),
  };
}

function lendingDays(events: readonly EventRow[], from: string): readonly string[] {
  const ofKind = (rows: readonly EventRow[], wanted: EventRow['kind']) =>
    rows.filter(({ kind }) => kind === wanted).length;
  const counted = events.filter(({ kind }) => kind === 'OUT' || kind === 'IN');
  return [...Map.groupBy(counted, ({ at }) => dashed(at.slice(0, 8)))]
    .filter(([day]) => day >= from)
    .map(([day, ofDay]) => `${day} ${ofKind(ofDay, 'OUT')} ${ofKind(ofDay, 'IN')}`)
    .sort();
}

/** The lines that are only in the index or only in circulation's tables. */
export function differences(index: Books, circulation: Books): readonly string[] {
  return (Object.keys(index) as (keyof Books)[]).flatMap((part) => {
    const [here, there] = [new Set(index[part]), new Set(circulation[part])];
    return [
      ...index[part].filter((line) => !there.has(line)).map((line) => `${part}: only the index has ${line}`),
      ...circulation[part]
        .filter((line) => !here.has(line))
        .map((line) => `${part}: the index lacks ${line}`),
    ];
  });
}
