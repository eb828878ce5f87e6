import type { Violation } from './check/index.ts';
import { believedRefusals, lateDeliveries, overrunDelays } from './check/late-deliveries.ts';
import type { LateDelivery } from './check/late-delivery.ts';
import { countRoom } from './check/limits-and-quotas.ts';
import type { History } from './history.ts';
import type { Figures } from './run.ts';

/** Violations that are told one by one. */
const mostTold = 20;

/** What a run did and what it broke, for people. */
export function reportOf(history: History, figures: Figures, violations: readonly Violation[]): string {
  const { journal, asked, changes } = history;
  const { disturbances, faults, log, findings, askingMs, settlingMs } = figures;
  const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
  const ours = changes.filter(({ change, reference }) => change === 'BEGUN' && reference !== null).length;
  const byDesks = changes.filter(({ change, reference }) => change === 'BEGUN' && reference === null).length;
  const { withRoom, done } = countRoom(history);
  const lines = [
    `${asked.length} operations in ${seconds(askingMs)}, all settled ${seconds(settlingMs)} later; the journal has ${journal.length}, with their parts`,
    `  by kind and state: ${tally(journal.map(({ kind, state }) => `${kind} ${state}`))}`,
    `  by problem: ${tally(journal.flatMap(({ problem }) => problem ?? []))}`,
    `loans and holds: ${ours} of ours, ${byDesks} of desks`,
    `check-outs with room all the while: ${withRoom}, done ${done}`,
    `answers lost: ${log.lost}; asked for once more: ${log.repeated}; errors told: ${counted(log.errors)}`,
    `told UNSETTLED: ${asked.filter(({ answers }) => answers.some(({ state }) => state === 'UNSETTLED')).length}`,
    ...deliveriesOf(history),
    `kills ${disturbances.kills}, freezes ${disturbances.freezes}, clock put forward ${disturbances.jumps.length} times by ${seconds(disturbances.aheadMs)}, smaller drop times refused ${findings.refusedStarts}, alone ${seconds(total(history.unattended))}`,
    `faults: ${counted(faults)}`,
    `reconcilers that failed: ${[...history.failedLooks.values()].reduce((sum, count) => sum + count, 0)}; errors logged: ${counted(findings.errors)}`,
    `violations: ${violations.length}${violations.length === 0 ? '' : ` (${tally(violations.map(({ property }) => property))})`}`,
    ...violations.slice(0, mostTold).map(({ property, detail }) => `  ${property}: ${detail}`),
  ];
  return lines.join('\n');
}

/** From how many milliseconds on; the last has no end. */
const delays = [0, 100, 1_000, 4_000, 8_000] as const;

/** What requests that were delivered twice or late led to, by their delay. */
function deliveriesOf(history: History): string[] {
  const late = lateDeliveries(history);
  const told = (title: string, of: readonly number[]) => `  ${title}: ${of.length} (${byDelay(of)})`;
  const delayOf = ({ delayMs }: LateDelivery) => delayMs;
  return [
    `changes done after their operation was refused, or twice: ${late.length}, of which ${late.filter(({ isAlarmed }) => isAlarmed).length} were alarmed; by delay:`,
    told('after the refusal was confirmed', late.filter(({ nth }) => nth === 0).map(delayOf)),
    told('done again', late.filter(({ nth }) => nth === 1).map(delayOf)),
    told('an eleventh by one of them', overrunDelays(history.changes, late)),
    `  before the refusal was confirmed, which nothing excuses: ${believedRefusals(history, late).length}`,
  ];
}

const byDelay = (of: readonly number[]): string =>
  delays
    .map((from, index) => {
      const until = delays[index + 1] ?? Number.POSITIVE_INFINITY;
      const count = of.filter((ms) => ms >= from && ms < until).length;
      return `${from / 1_000}${Number.isFinite(until) ? ` to ${until / 1_000}` : ' and more'} s: ${count}`;
    })
    .join(', ');

const total = (intervals: History['unattended']): number =>
  intervals.reduce((sum, { from, until }) => sum + until - from, 0);

const tally = (names: readonly string[]): string =>
  counted(new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length])));

const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
