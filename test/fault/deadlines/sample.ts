/** A call's time until its error, and the error's reason. */
export interface Sample {
  /** The system and the method, for example `circ.checkOut`. */
  readonly name: string;
  readonly reason: string;
  readonly ms: number;
}

/** A percentile of the samples' times, in ms. `hundredths` is from 0 to 100. Returns `NaN` if there are no samples. */
export function percentile(samples: readonly Sample[], hundredths: number): number {
  const sorted = samples.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)] ?? Number.NaN;
}

/** The slowest sample; undefined if there are no samples. */
export const slowestOf = (samples: readonly Sample[]): Sample | undefined =>
  samples.toSorted((a, b) => b.ms - a.ms)[0];
