import { availableParallelism, cpus } from 'node:os';

/**
 * The quantile of the values for `share`, a number from 0 to 1. For example, 0.5 gives the median. NaN if there are no
 * values.
 */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}

/** The median with the quartiles, for example `24.1 (23.8 to 25.0)`. */
export function medianOf(values: readonly number[], decimals = 0): string {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(decimals));
  return `${median} (${lower} to ${upper})`;
}

/**
 * The added cost of `after` compared to `before`, for example `+3.4 % (+1.2 to +5.0)`: the median and the quartiles of
 * the ratios of all pairs. The figures of a pair must be measured in turns, so that other load on the machine affects
 * both.
 * @throws RangeError if there is no pair, or if the lists have different lengths
 */
export function addedCost(after: readonly number[], before: readonly number[]): string {
  const ratios = ratiosOf(after, before);
  const percent = (share: number) => {
    const added = (quantile(ratios, share) - 1) * 100;
    return `${added < 0 ? '' : '+'}${added.toFixed(1)}`;
  };
  return `${percent(0.5)} % (${percent(0.25)} to ${percent(0.75)})`;
}

/** The ratio of `after` to `before` for each pair. */
export function ratiosOf(after: readonly number[], before: readonly number[]): number[] {
  if (after.length === 0 || after.length !== before.length) {
    throw new RangeError(`${after.length} figures can't be compared with ${before.length}`);
  }
  return after.map((cost, index) => cost / (before[index] ?? Number.NaN));
}

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The head of a table, with the line below it. */
export const tableHead = (cells: readonly string[]): string =>
  `${tableRow(cells)}\n|${cells.map(() => '---|').join('')}`;

/** The machine and the day of a measurement. */
export const machineAndDay = (): string =>
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${new Date().toISOString().slice(0, 10)}`;
