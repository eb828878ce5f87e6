/** What the journal's calls tell an observer: how long each took, and what some of them have settled and found. */

import { StoreUnavailable } from '../store-unavailable.ts';
import type { FollowedBooks, JournalDatabase, Settlement } from './port.ts';

/** Told of the journal's calls, once they have ended. It must be quick, and must not throw. */
export interface JournalObserver {
  /** `call`: the method's name. `failure`: null where it has resolved; `other` for a defect. */
  journalCalled?(call: string, failure: 'unavailable' | 'other' | null, ms: number): void;
  settled?(settlement: Settlement): void;
  /** Findings that were not recorded before. */
  findingsRecorded?(findings: Awaited<ReturnType<JournalDatabase['recordFindings']>>): void;
  /** Null while another process follows circulation. */
  booksFollowed?(books: FollowedBooks | null): void;
  /** Notices to this endpoint were looked for, to be delivered. */
  deliveriesTaken?(endpoint: string): void;
  delivered?(endpoint: string): void;
  /** `isGivenUp`: it is not tried again unless staff ask for it. */
  deliveryFailed?(endpoint: string, isGivenUp: boolean): void;
  /** The journal of the process that sends notices, which may be asked at any time; null while another process sends them. */
  watchDeliveries?(journal: Pick<JournalDatabase, 'countDeliveries'> | null): void;
}

type AsyncMethod = (...args: never[]) => Promise<unknown>;

/** By the name of a call: what is told of its result and its arguments. */
type Reports = {
  readonly [Name in keyof JournalDatabase]?: JournalDatabase[Name] extends AsyncMethod
    ? (result: Awaited<ReturnType<JournalDatabase[Name]>>, ...args: Parameters<JournalDatabase[Name]>) => void
    : never;
};

const reportsTo = (observer: JournalObserver, journal: JournalDatabase): Reports => ({
  settle: (settlement) => observer.settled?.(settlement),
  recordFindings: (findings) => observer.findingsRecorded?.(findings),
  followFeed: (books) => observer.booksFollowed?.(books),
  leaseNotices: (lease) => observer.watchDeliveries?.(lease === null ? null : journal),
  leaveNotices: () => observer.watchDeliveries?.(null),
  dueDeliveries: (_due, endpoint) => observer.deliveriesTaken?.(endpoint),
  delivered: (_nothing, _id, endpoint) => observer.delivered?.(endpoint),
  deliveryFailed: (_nothing, _id, endpoint, { retryAfterMs }) =>
    observer.deliveryFailed?.(endpoint, retryAfterMs === null),
});

/** The same journal, whose calls are told to `observer`. */
export function observedJournal(journal: JournalDatabase, observer: JournalObserver): JournalDatabase {
  // Safe: each report is called with the result and the arguments of its own call.
  const reports = reportsTo(observer, journal) as Readonly<
    Record<string, ((result: unknown, ...args: readonly unknown[]) => void) | undefined>
  >;
  const run = async (call: string, args: readonly unknown[], ask: () => unknown): Promise<unknown> => {
    const startedAt = performance.now();
    const ended = (failure: 'unavailable' | 'other' | null) =>
      observer.journalCalled?.(call, failure, performance.now() - startedAt);
    try {
      const result = await ask();
      ended(null);
      reports[call]?.(result, ...args);
      return result;
    } catch (error) {
      ended(error instanceof StoreUnavailable ? 'unavailable' : 'other');
      throw error;
    }
  };
  // Whatever methods the port has: all but `connections` ask the database.
  return new Proxy(journal, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' && typeof name === 'string' && name !== 'connections'
        ? (...args: readonly unknown[]) => run(name, args, () => Reflect.apply(value, target, args))
        : value;
    },
  });
}
