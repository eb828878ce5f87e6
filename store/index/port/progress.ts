/**
 * The work that is left until lists are complete.
 * - `EVENTS`: the events of 90 days are read. The unit is a second of the feed.
 * - `CARDS`: the cards with open loans or holds are read. Then lists are open.
 * - `PATRONS`: the cards of all patrons are read, even cards that nobody used for 90 days.
 */
export interface StageProgress {
  readonly stage: 'EVENTS' | 'CARDS' | 'PATRONS';
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** The number of units read per second since the stage began. Null while it is not known. */
  readonly perSecond: number | null;
  /** The time until the stage ends, at this rate, in ms. Null while it is not known. */
  readonly leftMs: number | null;
}

/** The progress of building the index. */
export interface IndexProgress {
  /** Whether lists have every loan and hold that an event of the last 90 days shows. Older ones may be missing. */
  readonly isOpen: boolean;
  /** Whether every patron's cards have been read since the index was begun. If so, lists are complete. */
  readonly isWhole: boolean;
  /**
   * Whether lists were open before, and a crash of the database has emptied them. Then they are read again, by the
   * list of cards that had rows.
   */
  readonly isReadAgain: boolean;
  /** Whether all old events have been counted. If so, `lendingDays` are complete. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** The number of patrons, by the registry's count. Null before the first page. */
  readonly patronsTotal: number | null;
  /** Null before the index is begun, and when it is whole. */
  readonly underWay: StageProgress | null;
  /**
   * All events of circulation up to this moment have been applied, and the records that the events marked have been
   * read again. Only records that are set aside may still be old. Null before the first event is applied. This is a time
   * by the database's clock, which may be set. So compare it only with other times of that database, and show `ageMs`.
   */
  readonly asOf: Date | null;
  /**
   * The age of `asOf` in ms, never below 0. This process has observed it by its monotonic clock. At its first look, the
   * database's clock says how old `asOf` is.
   */
  readonly ageMs: number | null;
}
