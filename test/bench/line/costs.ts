import { setTimeout } from 'node:timers/promises';
import { medianOf, quantile, ratiosOf, tableHead, tableRow } from '../measured/figures.ts';
import { askInTurns, type Round } from '../measured/paired.ts';
import { type ActName, reads } from './acts.ts';
import {
  apollo,
  bare,
  byHand,
  type Deployment,
  fourProcesses,
  oneProcess,
  twoWorkers,
} from './deployments.ts';

/** The CPU time of a request in µs, of each process of a deployment, in the order of its parts. */
export type PartCosts = readonly number[];
/** By the name of the deployment. */
export type Costs = ReadonlyMap<string, PartCosts>;

/** The time after the last answer that still belongs to a round, in ms. */
const afterMs = 1_000;

/** Measures a round, and then a rest of equal length, whose CPU time is subtracted. */
export async function costsOfRound(
  deployments: readonly Deployment[],
  round: Round<Deployment>,
): Promise<Costs> {
  const cpu = () => Promise.all(deployments.map(({ parts }) => Promise.all(parts.map((part) => part.cpu()))));
  const before = await cpu();
  const from = performance.now();
  const asked = await askInTurns(deployments, round);
  await setTimeout(afterMs);
  const after = await cpu();
  await setTimeout(performance.now() - from);
  const rested = await cpu();
  const costOf = (deployment: number, part: number): number => {
    const [start, end, idle] = [before, after, rested].map((at) => at[deployment]?.[part] ?? Number.NaN);
    const used = (end ?? Number.NaN) - (start ?? Number.NaN);
    const usedIdle = (idle ?? Number.NaN) - (end ?? Number.NaN);
    return (used - usedIdle) / asked;
  };
  return new Map(
    deployments.map(({ name, parts }, index) => [name, parts.map((_, part) => costOf(index, part))]),
  );
}

/** The largest ratios of ours. */
const goals = { oneToHand: 2.2, fourToHand: 5, toApollo: 0.33 } as const;

/** A table with a column for each act. */
export function reportOf(
  deployments: readonly Deployment[],
  measured: ReadonlyMap<ActName, readonly Costs[]>,
): string {
  const names = [...measured.keys()];
  const partOf = (act: ActName, name: string, part: number): readonly number[] =>
    (measured.get(act) ?? []).map((costs) => costs.get(name)?.[part] ?? Number.NaN);
  const wholeOf = (act: ActName, name: string): readonly number[] =>
    (measured.get(act) ?? []).map((costs) =>
      (costs.get(name) ?? [Number.NaN]).reduce((sum, cost) => sum + cost),
    );
  const row = (title: string, cell: (act: ActName) => string) => tableRow([title, ...names.map(cell)]);
  const answers = (name: string, act: ActName) => name !== apollo || reads.includes(act);
  const median = (figures: readonly number[]) => quantile(figures, 0.5).toFixed(0);
  const lines = [tableHead(['CPU per request, µs', ...names])];
  for (const { name, parts } of deployments) {
    lines.push(row(name, (act) => (answers(name, act) ? median(wholeOf(act, name)) : '')));
    for (const [index, part] of parts.length === 1 ? [] : parts.entries()) {
      lines.push(
        row(`– ${part.name}`, (act) => (answers(name, act) ? median(partOf(act, name, index)) : '')),
      );
    }
  }
  const ratioRow = (name: string, other: string, goal: number | null) =>
    row(`${name} to ${other}${goal === null ? '' : ` (at most ${goal})`}`, (act) =>
      answers(other, act) ? medianOf(ratiosOf(wholeOf(act, name), wholeOf(act, other)), 2) : '',
    );
  lines.push(
    ratioRow(oneProcess, byHand, goals.oneToHand),
    ratioRow(fourProcesses, byHand, goals.fourToHand),
    ratioRow(byHand, bare, null),
    ratioRow(oneProcess, fourProcesses, null),
  );
  const has = (wanted: string) => deployments.some(({ name }) => name === wanted);
  if (has(twoWorkers)) {
    lines.push(ratioRow(twoWorkers, fourProcesses, null));
  }
  if (has(apollo)) {
    lines.push(ratioRow(oneProcess, apollo, goals.toApollo), ratioRow(fourProcesses, apollo, goals.toApollo));
  }
  return lines.join('\n');
}
