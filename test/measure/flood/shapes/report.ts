import { quantile } from '../measure.ts';
import type { ShapeReport } from './measure-shape.ts';
import type { Outcome } from './send.ts';

/**
 * Whether a request of an honest caller was refused or had no answer in time. Nothing else is a failure of the system.
 */
export const isHonestRefused = ({ quiet, flooded }: ShapeReport): boolean =>
  [...quiet, ...flooded].some(({ what }) => what !== 'answered');

/** The report as lines of text. */
export const reportShape = ({ quiet, flooded, flood }: ShapeReport): readonly string[] => [
  `honest, quiet:   ${timesOf(quiet)}; ${countsOf(quiet)}`,
  `honest, flooded: ${timesOf(flooded)}; ${countsOf(flooded)}`,
  `flood: ${countsOf(flood)}; refusals after ${timesOf(flood.filter(({ what }) => /^(?:429|503)$/.test(what)))}`,
];

const timesOf = (outcomes: readonly Outcome[]): string => {
  const times = outcomes.map(({ ms }) => ms);
  return [0.5, 0.99].map((share) => `p${share * 100} ${quantile(times, share).toFixed(0)} ms`).join(', ');
};

function countsOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { what, saysWhen } of outcomes) {
    const name = saysWhen ? what : `${what} without Retry-After`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
