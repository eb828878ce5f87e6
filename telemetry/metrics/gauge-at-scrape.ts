import { setTimeout } from 'node:timers/promises';
import { Gauge, type GaugeConfiguration, type LabelValues, type Registry } from 'prom-client';

/** One value, and its labels. The labels are `{}` if the gauge has no labels. */
export type Reading<Label extends string> = readonly [labels: LabelValues<Label>, value: number];

interface GaugeOptions<Label extends string>
  extends Pick<GaugeConfiguration<Label>, 'name' | 'help' | 'labelNames' | 'aggregator'> {
  readonly registry: Registry;
}

/**
 * Adds a gauge that calls `read` at each scrape. A series that `read` doesn't return is not shown, because its value is
 * unknown.
 */
export function addGaugeAtScrape<Label extends string>(
  { registry, ...configuration }: GaugeOptions<Label>,
  read: () => readonly Reading<Label>[] | Promise<readonly Reading<Label>[]>,
): void {
  new Gauge<Label>({
    ...configuration,
    registers: [registry],
    async collect() {
      const readings = await read();
      this.reset();
      // `reset` sets a gauge without labels to 0. This would be a wrong value if `read` returns nothing.
      this.remove({});
      for (const [labels, value] of readings) {
        this.set(labels, value);
      }
    },
  });
}

/**
 * A value without labels that a process measures from time to time. It is shown for `knownMs` after each measurement,
 * because an older value may no longer be true.
 */
export class PassingMeasure {
  readonly #knownMs: number;
  readonly #monotonic: () => number;
  #last: { readonly value: number; readonly atMs: number } | null = null;

  constructor(knownMs: number, monotonic: () => number) {
    this.#knownMs = knownMs;
    this.#monotonic = monotonic;
  }

  /** @param value null if this process no longer measures it */
  measured(value: number | null): void {
    this.#last = value === null ? null : { value, atMs: this.#monotonic() };
  }

  readings(): readonly Reading<never>[] {
    return this.#last === null || this.#monotonic() - this.#last.atMs > this.#knownMs
      ? []
      : [[{}, this.#last.value]];
  }
}

/** Time that a scrape waits for the journal, in ms. */
const answerWithinMs = 500;

/**
 * Returns the journal's answer. Null if the journal fails or takes too long. The scrape then has no figures, rather
 * than old ones.
 */
export const answerAtScrape = <Answer>(answer: Promise<Answer>): Promise<Answer | null> =>
  Promise.race([answer.catch(() => null), setTimeout(answerWithinMs, null, { ref: false })]);

/** All gauges that are collected in the same scrape share one call of `ask`. */
export function askOncePerScrape<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | null = null;
  return () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}
