/**
 * The journal: everything that one database keeps for all processes. Each topic has a file in `port/`:
 *
 * - `operations.ts`: the operations of callers, their outcomes, and their reconciliation. Read this file first.
 * - `places.ts`: the places of the quota (loans and holds) that operations hold.
 * - `attempts.ts`: counted attempts to guess something, such as a PIN.
 * - `audit.ts`: who read what, and who changed what.
 * - `books.ts`: circulation's changes under the ids of operations, which are compared with the journal.
 * - `findings.ts`: the differences that this comparison finds, as work for staff.
 * - `card-events.ts`: the latest events of circulation about each card.
 * - `measures.ts`: measures of circulation itself, such as its clock.
 * - `applications.ts`: applications for cards, limited for each identity document.
 * - `notices.ts`: notices to readers, and their delivery to the library's endpoints.
 * - `suspects.ts`: the patrons and cards that must be examined.
 * - `standing-blocks.ts`: the cards that a patron's suspension or closing has blocked.
 * - `merges.ts`: records of one person that were merged.
 * - `notes/row-notes.ts`: notes of staff at rows of work lists.
 * - `charges/owing.ts`: the index of patrons who owe something.
 * - `charges/account-news.ts`: news of patrons' accounts, for which notices are made.
 * - `charges/payment-books.ts`: the payment system's changes under the ids of operations, which are compared nightly.
 * - `charges/adopted-operations.ts`: operations in adopted systems, for staff who look for them.
 * - `log/`: the log of changes, in one order, for programs that must not miss any.
 * - `keys.ts`: the keys that all processes share.
 *
 * This file exports all of these topics, and other folders import only this file. Decisions 8 (lending), 9 (procedures)
 * and 15 (encryption) have the reasons.
 */
import type { ReceivedApplications } from './port/applications.ts';
import type { Attempts } from './port/attempts.ts';
import type { ChangeAudit, ReadingAudit } from './port/audit.ts';
import type { Books } from './port/books.ts';
import type { CardEvents } from './port/card-events.ts';
import type { NewsOfAccounts } from './port/charges/account-news.ts';
import type { AdoptedOperations } from './port/charges/adopted-operations.ts';
import type { Owing } from './port/charges/owing.ts';
import type { PaymentBooks } from './port/charges/payment-books.ts';
import type { Erasure } from './port/erasure.ts';
import type { Findings } from './port/findings.ts';
import type { SharedKeys } from './port/keys.ts';
import type { ChangeLog } from './port/log/change-log.ts';
import type { Measures } from './port/measures.ts';
import type { MergedPatrons } from './port/merges.ts';
import type { RowNotes } from './port/notes/row-notes.ts';
import type { Notices } from './port/notices.ts';
import type { Journal } from './port/operations.ts';
import type { ReaderPreferences } from './port/preferences.ts';
import type { StandingBlocks } from './port/standing-blocks.ts';
import type { Suspects } from './port/suspects.ts';

export type * from './port/applications.ts';
export type * from './port/attempts.ts';
export type * from './port/audit.ts';
export * from './port/books.ts';
export type * from './port/card-events.ts';
export type * from './port/charges/account-news.ts';
export type * from './port/charges/adopted-operations.ts';
export type * from './port/charges/owing.ts';
export type * from './port/charges/payment-books.ts';
export type * from './port/erasure.ts';
export * from './port/findings.ts';
export type * from './port/keys.ts';
export type * from './port/log/change-log.ts';
export type * from './port/log/feed-facts.ts';
export type * from './port/log/hold-facts.ts';
export type * from './port/log/rows.ts';
export type * from './port/measures.ts';
export type * from './port/merges.ts';
export type * from './port/notes/row-notes.ts';
export type * from './port/notices.ts';
export * from './port/operations.ts';
export type * from './port/places.ts';
export type * from './port/preferences.ts';
export type * from './port/standing-blocks.ts';
export * from './port/suspects.ts';

/** The unsettled operations of all processes. */
export interface OpenOperations {
  /**
   * For each age that `countOpen` was asked for: the number of unsettled operations that are at least that old. At most
   * 10,000 are counted.
   */
  readonly counts: readonly number[];
  /** The age of the oldest unsettled operation, in ms. 0 if there is none. */
  readonly oldestMs: number;
}

/** The connections of this process to the database. */
export interface DatabaseConnections {
  readonly used: number;
  readonly idle: number;
  /** The number of calls that wait for a connection, by their class. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly max: number;
}

/** Everything that one database keeps for all processes. */
export interface JournalDatabase
  extends Journal,
    Attempts,
    ReadingAudit,
    ChangeAudit,
    Books,
    Findings,
    CardEvents,
    Suspects,
    StandingBlocks,
    Measures,
    Notices,
    ReaderPreferences,
    ReceivedApplications,
    Erasure,
    MergedPatrons,
    Owing,
    PaymentBooks,
    NewsOfAccounts,
    AdoptedOperations,
    RowNotes,
    ChangeLog {
  /**
   * Resolves if the database can be written, has this program's tables, and keeps committed data in a crash. Rejects
   * with `StoreUnavailable` otherwise.
   */
  ping(): Promise<void>;
  /** Counts unsettled operations by minimum ages in ms (0 to 10 ages). The cost does not grow with the journal. */
  countOpen(minAgesMs: readonly number[]): Promise<OpenOperations>;
  /** The connections of this process. Null for a database without connections. */
  connections(): DatabaseConnections | null;
  readonly keys: SharedKeys;
}
