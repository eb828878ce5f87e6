/** Reports the journal's calls to an observer: the duration of each call, and the results of some. */

import { StoreUnavailable } from '../store-unavailable.ts';
import type { DeliveryFailure, FollowedBooks, JournalDatabase, Settlement } from './port.ts';

/** Observes the journal's calls after they have ended. Its methods must be quick, and must not throw. */
export interface JournalObserver {
  /**
   * Called after every call. `call` is the method's name. `failure` is null if the call resolved, `unavailable` for
   * `StoreUnavailable`, and `other` for any other error.
   */
  journalCalled?(call: string, failure: 'unavailable' | 'other' | null, ms: number): void;
  settled?(settlement: Settlement): void;
  /** Called with findings that were not recorded before. */
  findingsRecorded?(findings: Awaited<ReturnType<JournalDatabase['recordFindings']>>): void;
  /**
   * Called with the state of the comparison of the journal with circulation (`Books`), if this process follows
   * circulation's feed. Called with null while another process follows it.
   */
  booksFollowed?(books: FollowedBooks | null): void;
  /** Called after the due deliveries to this endpoint were read. */
  deliveriesTaken?(endpoint: string): void;
  delivered?(endpoint: string): void;
  /** Called when a notice was not sent, because its patron no longer gets notices. */
  deliveryDropped?(endpoint: string): void;
  /** `isGivenUp` is true if the notice is sent again only on request of staff. */
  deliveryFailed?(endpoint: string, failure: DeliveryFailure, isGivenUp: boolean): void;
  /**
   * Called with `journal` when this process makes and sends the notices. The observer may then call `countDeliveries` at
   * any time. Called with null while another process does so.
   */
  watchDeliveries?(journal: Pick<JournalDatabase, 'countDeliveries'> | null): void;
}

type AsyncMethod = (...args: never[]) => Promise<unknown>;

/** The reports to the observer, by the name of the journal's method. Each gets the call's result and arguments. */
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
  dropDelivery: (_nothing, _id, endpoint) => observer.deliveryDropped?.(endpoint),
  deliveryFailed: (_nothing, _id, endpoint, { failure, retryAfterMs }) =>
    observer.deliveryFailed?.(endpoint, failure, retryAfterMs === null),
});

/** Methods that don't call the database, and so are not observed. */
const asksNothing: ReadonlySet<string> = new Set([
  'connections',
  'logDigest',
] satisfies (keyof JournalDatabase)[]);

export function observedJournal(journal: JournalDatabase, observer: JournalObserver): JournalDatabase {
  // This cast is safe, because each report is called with the result and the arguments of its own call.
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
  return new Proxy(journal, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' && typeof name === 'string' && !asksNothing.has(name)
        ? (...args: readonly unknown[]) => run(name, args, () => Reflect.apply(value, target, args))
        : value;
    },
  });
}
