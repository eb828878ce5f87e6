import type { FeedLease } from '../books.ts';
import type { FeedLogPage } from './feed-facts.ts';
import type { CardHold, HoldsOfCard } from './hold-facts.ts';
import type { LogKind, LogPage, LogState } from './rows.ts';

/** The kind of text that a digest in the log stands for. */
export type LogSubject = 'patron' | 'card' | 'caller' | 'reference';

export interface NumberingRound {
  /** False if rows were left without a number, because the lease has ended. */
  readonly isLeased: boolean;
  /** The number of rows that got a number, 0 to `maxItems`. */
  readonly count: number;
}

/** Figures of the log, for metrics. */
export interface LogFigures {
  /** The newest number. 0 before the first row. */
  readonly newest: number;
  /** The age of the oldest row that has no number yet, in ms. 0 if there is none. */
  readonly oldestUnnumberedMs: number;
  /** The number of rows that were removed since the database was made. */
  readonly removed: number;
}

/**
 * The log of changes: facts in one order, for programs that must not miss one. Here, a *consumer* is such a program.
 * The log's promises:
 *
 * - **Order.** Rows have the numbers 1, 2, 3 and so on, without a gap. If one fact was committed before another one
 *   began, it has the lower number. Facts that were committed concurrently have any order, but all consumers see the
 *   same order.
 * - **Nothing appears behind a consumer.** After a consumer has seen number 7, no new row with a number up to 7 appears.
 *   So a consumer that remembers the last number it has seen continues with `readLog(thatNumber)`, and misses nothing.
 * - **Durability.** `readLog` shows a row only when no crash can undo the row or its fact.
 * - **Each fact once.** Even if a process is killed, or there is a second follower, a fact never gets two rows.
 * - **Seven days.** A row is removed seven days after it was written. After that, `readLog` reports that the position is
 *   gone.
 * - **No reading history.** A row contains a kind, keyed digests and ids. It contains no item, no title and no name.
 *
 * The promises hold within one generation (`LogState.generation`). The methods reject like the methods of `Journal`.
 */
export interface ChangeLog {
  /** The state of the log now. As with `readLog`, no crash can undo the returned state. */
  logState(): Promise<LogState>;
  /**
   * The rows after a number, in order, at most `maxItems` (1 to 500), with the state of the log at the same moment.
   * `after` is 0 or more. The rows are consecutive: the first is `after + 1`, unless the page is empty.
   *
   * The page is `isGone` if rows after this number were removed, or if the log has not reached this number. A number
   * that the log has not reached is from another generation. The consumer must then read all its data again, and
   * continue the log from `newest`.
   */
  readLog(after: number, maxItems: number): Promise<LogPage>;
  /**
   * The keyed digest of this text as it is in rows: 43 characters. For `caller` and `reference`, `text` is the value
   * that was passed to `Journal.begin`. Doesn't use the database. Throws `StoreUnavailable` without the data key.
   */
  logDigest(subject: LogSubject, text: string): string;
  /**
   * The number up to which the index has applied the log. A list that is read from the index after this call is at
   * least as new as the fact with this number. The number belongs to the present generation. Null while lists can't be
   * answered from the index.
   */
  indexedNumber(): Promise<number | null>;
  /** Numbers the next rows, at most `maxItems` (1 to 500), in the order in which they were written. */
  numberLog(lease: FeedLease, maxItems: number): Promise<NumberingRound>;
  /**
   * Writes the facts of a page of circulation's feed, and how far the log has read the feed. Facts that are already in
   * the log are left out. Resolves to false, with nothing written, if the lease has ended.
   */
  logFeedPage(lease: FeedLease, page: FeedLogPage): Promise<boolean>;
  /**
   * How far the log has read the feed: the sequence of the last event whose facts were written. Null until the log
   * begins, which is when the feed has been read to its end.
   */
  loggedSequence(): Promise<string | null>;
  /**
   * Compares all open holds of cards (0 to 500) with the stored holds, and writes the differences. Must be called
   * before the index saves the reading, so that a crash between the two loses nothing. `today` is the day in Hong Kong,
   * `YYYY-MM-DD`. A ready hold that was not stored makes a row only after `seedHolds` has ended. Resolves to false,
   * with nothing done, if the lease has ended. In that case, the index must not save the reading either. The effect is
   * durable.
   */
  logHolds(lease: FeedLease, cards: readonly HoldsOfCard[], today: string): Promise<boolean>;
  /**
   * Stores holds (0 to 500) that were ready before the log had any holds, without making rows. Holds that are already
   * stored don't change. With `isLast`, all such holds are now stored, and later differences make rows. Resolves to
   * false, with nothing done, if the lease has ended.
   */
  seedHolds(lease: FeedLease, holds: readonly CardHold[], isLast: boolean): Promise<boolean>;
  /** Whether `seedHolds` has ended. */
  areHoldsTold(): Promise<boolean>;
  /**
   * Writes that a station was withdrawn, or that it is in service again. `changeId` identifies the change. If the log
   * already contains it, writes nothing. `stationId` and `changeId` have 1 to 64 characters.
   */
  logStation(kind: Extract<LogKind, `STATION_${string}`>, stationId: string, changeId: string): Promise<void>;
  /** Records that the index has applied the log up to this number. Null if lists can't be answered from the index. */
  saveIndexedNumber(lease: FeedLease, number: number | null): Promise<void>;
  logFigures(): Promise<LogFigures>;
}
