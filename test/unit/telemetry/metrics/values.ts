import type { Registry } from 'prom-client';

/** A sample of a metric, as `/metrics` shows it: its labels and its value. */
export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
}

/** The samples with this name, such as `…_total` or `…_seconds_count`. The list is empty if there are none. */
export async function valuesOf(registry: Registry, name: string): Promise<readonly Sample[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics
    .flatMap((metric) =>
      metric.values.map((value) => {
        const { metricName = metric.name } = value as { metricName?: string };
        return { metricName, value: value.value, labels: value.labels as Sample['labels'] };
      }),
    )
    .filter(({ metricName }) => metricName === name)
    .map(({ value, labels }) => ({ value, labels }));
}
