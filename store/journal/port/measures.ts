/**
 * Measures of circulation. They are computed from the latest 10,000 effects (changes that circulation made for
 * operations). A measure is null if there is nothing to measure. Days on which a clock was set are left out of all
 * measures except `duplicates`.
 */
export interface CirculationMeasures {
  /**
   * By how much circulation's clock is ahead of the journal's, in ms: at least `min` and at most `max`. Negative if it
   * is behind. The bounds are computed from the changes of the latest day that is not left out. Circulation made each
   * change after it was sent, and before its operation was settled as done.
   */
  readonly clockOffset: { readonly min: number; readonly max: number } | null;
  /**
   * The longest time that circulation took for a change: from the first moment at which the change could be sent until
   * its event, in ms. The difference of the clocks on that day is subtracted, as far as it is certain.
   */
  readonly longestChangeMs: number | null;
  /** The number of changes that circulation made more than once. */
  readonly duplicates: number;
  /**
   * The number of events that appeared in the feed after events with a higher sequence (they filled a gap).
   * `longestGapMs` is the longest time for which such a gap was seen, in ms.
   */
  readonly filledGaps: number;
  readonly longestGapMs: number | null;
  /**
   * The Hong Kong days (`YYYY-MM-DD`) that are left out, ascending. On these days, no single difference of the clocks
   * fits all changes, so one of the clocks was set.
   */
  readonly daysLeftOut: readonly string[];
}

/** Measures circulation, for operators. The method rejects like the methods of `Journal`. */
export interface Measures {
  measureCirculation(): Promise<CirculationMeasures>;
}
