/**
 * Measures of circulation, by the latest 10,000 changes and their events. A measure is null if there is nothing to
 * measure.
 */
export interface CirculationMeasures {
  /**
   * The range of the difference between circulation's clock and the journal's, in ms, by the changes of the last day.
   * Positive if circulation's clock is ahead. A change was made after it was sent, and before it was settled as done.
   * `min` is greater than `max` if a clock was set in that day.
   */
  readonly clockOffset: { readonly min: number; readonly max: number } | null;
  /** The longest time between the first moment at which a change could be sent, and its event, in ms by both clocks. */
  readonly longestChangeMs: number | null;
  /** The number of changes that circulation made more than once. */
  readonly duplicates: number;
  /** The number of events that filled a gap in the feed, and the longest time for which such a gap was seen, in ms. */
  readonly filledGaps: number;
  readonly longestGapMs: number | null;
}

/** Measures circulation by the stored effects, for operators. The method rejects like those of `Journal`. */
export interface Measures {
  measureCirculation(): Promise<CirculationMeasures>;
}
