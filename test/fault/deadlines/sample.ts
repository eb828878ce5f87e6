/** How long one call took until its error, and which. */
export interface Sample {
  /** As in `circ.checkOut`. */
  readonly name: string;
  readonly reason: string;
  readonly ms: number;
}

/** The least that so many hundredths of the samples do not exceed, in ms; `NaN` of none. */
export function percentile(samples: readonly Sample[], hundredths: number): number {
  const sorted = samples.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)] ?? Number.NaN;
}

/** The one that took longest; undefined of none. */
export const slowestOf = (samples: readonly Sample[]): Sample | undefined =>
  samples.toSorted((a, b) => b.ms - a.ms)[0];
