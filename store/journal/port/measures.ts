/**
 * Measures of circulation, computed from the latest 10,000 effects and their operations. A measure is null if there is
 * nothing to measure. Days on which a clock was set are left out of all measures except `duplicates`.
 */
export interface CirculationMeasures {
  /**
   * The possible range of the difference between circulation's clock and the journal's, in ms. It is computed from the
   * changes of the latest day that is not left out. Positive if circulation's clock is ahead. Each change was made after
   * it was sent, and before it was settled as done.
   */
  readonly clockOffset: { readonly min: number; readonly max: number } | null;
  /**
   * The longest time from the first moment at which a change could be sent until its event, in ms. The time is corrected
   * by the difference of the clocks on that day, as far as this difference is certain.
   */
  readonly longestChangeMs: number | null;
  /** The number of changes that circulation made more than once. */
  readonly duplicates: number;
  /** The number of events that filled a gap in the feed, and the longest time for which such a gap was seen, in ms. */
  readonly filledGaps: number;
  readonly longestGapMs: number | null;
  /**
   * The Hong Kong days (`YYYY-MM-DD`) that are left out, ascending. No single difference of the clocks fits all changes
   * of such a day, so one of the clocks was set on that day.
   */
  readonly daysLeftOut: readonly string[];
}

/** Measures circulation by the stored effects, for operators. The method rejects like the methods of `Journal`. */
export interface Measures {
  measureCirculation(): Promise<CirculationMeasures>;
}
