import { setTimeout } from 'node:timers/promises';
import { Gauge, type GaugeConfiguration, type LabelValues, type Registry } from 'prom-client';

/** One value, and its labels: `{}` where the gauge has none. */
export type Reading<Label extends string> = readonly [labels: LabelValues<Label>, value: number];

interface GaugeOptions<Label extends string>
  extends Pick<GaugeConfiguration<Label>, 'name' | 'help' | 'labelNames' | 'aggregator'> {
  readonly registry: Registry;
}

/** A gauge that is read anew at each scrape. A series that `read` doesn't give is not shown: it is not known now. */
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
      // `reset` leaves a gauge without labels at 0, which would be a figure that nobody has read.
      this.remove({});
      for (const [labels, value] of readings) {
        this.set(labels, value);
      }
    },
  });
}

/** How long a scrape waits for the journal, in ms. */
const answerWithinMs = 500;

/** The answer of the journal, or null where it fails or takes long: a scrape then has no figures, rather than old ones. */
export const answerAtScrape = <Answer>(answer: Promise<Answer>): Promise<Answer | null> =>
  Promise.race([answer.catch(() => null), setTimeout(answerWithinMs, null, { ref: false })]);

/** Asks once for all gauges that are collected at the same time, and anew at the next scrape. */
export function askOncePerScrape<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | null = null;
  return () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}
