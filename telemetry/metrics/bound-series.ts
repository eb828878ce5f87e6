import type { Metric, MetricObjectWithValues, MetricValue, MetricValueWithName, Registry } from 'prom-client';

interface BoundMetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registry: Registry;
}

/**
 * Finds a metric's series by the values of its labels. The maps are nested, with one level for each label, so a lookup
 * builds no string.
 */
class SeriesTree<Series> {
  readonly #depth: number;
  readonly #make: (values: readonly string[]) => Series;
  readonly #root = new Map<string, unknown>();
  readonly all: { readonly values: readonly string[]; readonly series: Series }[] = [];

  constructor(depth: number, make: (values: readonly string[]) => Series) {
    this.#depth = depth;
    this.#make = make;
  }

  /** `values` are the values of all labels, in the order of the labels. */
  get(values: readonly string[]): Series {
    let node = this.#root;
    for (let index = 0; index < this.#depth - 1; index += 1) {
      const value = values[index] ?? '';
      let next = node.get(value) as Map<string, unknown> | undefined;
      if (next === undefined) {
        next = new Map();
        node.set(value, next);
      }
      node = next;
    }
    const last = values[this.#depth - 1] ?? '';
    let series = node.get(last) as Series | undefined;
    if (series === undefined) {
      series = this.#make(values);
      node.set(last, series);
      this.all.push({ values: [...values], series });
    }
    return series;
  }
}

/**
 * A metric for frequent observations. For each observation, prom-client builds a string of all labels. This costs
 * several per cent of a small request in the gateway. Here an observation only adds to one or two numbers. prom-client
 * gets the sums at each scrape (decision 30).
 */
abstract class BoundMetric<Label extends string> {
  readonly #options: BoundMetricOptions<Label>;

  constructor(options: BoundMetricOptions<Label>) {
    this.#options = options;
    // The cast is safe: a registry uses only `name` and `get` of a metric.
    options.registry.registerMetric(this as unknown as Metric<Label>);
  }

  get name(): string {
    return this.#options.name;
  }

  protected abstract readonly type: 'counter' | 'histogram';
  protected abstract values(): MetricValue<Label>[];

  /** The registry calls this at each scrape. */
  async get(): Promise<MetricObjectWithValues<MetricValue<Label>>> {
    const { name, help } = this.#options;
    const metric = { name, help, type: this.type, aggregator: 'sum', values: this.values() };
    // The cast is safe: prom-client's own metrics resolve to the same properties. Their declared type also has
    // `collect`.
    return metric as unknown as MetricObjectWithValues<MetricValue<Label>>;
  }

  protected labels(values: readonly string[]): Partial<Record<Label, string>> {
    const entries = this.#options.labelNames.map((label, index) => [label, values[index] ?? '']);
    return Object.fromEntries(entries) as Partial<Record<Label, string>>;
  }
}

/** A counter. `inc` and `add` get the values of the labels in their order. */
export class BoundCounter<Label extends string> extends BoundMetric<Label> {
  protected readonly type = 'counter';
  readonly #tree: SeriesTree<{ value: number }>;

  constructor(options: BoundMetricOptions<Label>) {
    super(options);
    this.#tree = new SeriesTree(options.labelNames.length, () => ({ value: 0 }));
  }

  inc(...values: readonly string[]): void {
    this.add(1, ...values);
  }

  add(count: number, ...values: readonly string[]): void {
    this.#tree.get(values).value += count;
  }

  protected values(): MetricValue<Label>[] {
    return this.#tree.all.map(({ values, series }) => ({ value: series.value, labels: this.labels(values) }));
  }
}

interface Buckets {
  /** The number of values in each bucket. The last bucket has the values above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** A histogram. `observe` gets the value, and the values of the labels in their order. */
export class BoundHistogram<Label extends string> extends BoundMetric<Label> {
  protected readonly type = 'histogram';
  readonly #bounds: readonly number[];
  readonly #tree: SeriesTree<Buckets>;

  /** `buckets` are the upper bounds of the buckets, ascending. */
  constructor(options: BoundMetricOptions<Label> & { readonly buckets: readonly number[] }) {
    super(options);
    const { buckets } = options;
    this.#bounds = buckets;
    this.#tree = new SeriesTree(options.labelNames.length, () => ({
      counts: new Array<number>(buckets.length + 1).fill(0),
      sum: 0,
    }));
  }

  observe(value: number, ...values: readonly string[]): void {
    const series = this.#tree.get(values);
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) {
      bucket += 1;
    }
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  protected values(): MetricValueWithName<Label>[] {
    return this.#tree.all.flatMap(({ values, series }) => this.#valuesOf(values, series));
  }

  /** Prometheus' buckets are cumulative: each count includes the buckets before it. */
  #valuesOf(values: readonly string[], { counts, sum }: Buckets): MetricValueWithName<Label>[] {
    const labels = this.labels(values);
    let count = 0;
    const buckets = counts.map((inBucket, index) => {
      count += inBucket;
      const le = this.#bounds[index] ?? '+Inf';
      return { metricName: `${this.name}_bucket`, value: count, labels: { le, ...labels } };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, value: sum, labels },
      { metricName: `${this.name}_count`, value: count, labels },
    ];
  }
}
