import type { Violation } from './check/index.ts';
import { lateDeliveries, limitExceedingDelays, unjustifiedRefusals } from './check/late/late-deliveries.ts';
import type { LateDelivery } from './check/late/late-delivery.ts';
import { countRoom } from './check/limits-and-quotas.ts';
import type { History } from './history.ts';
import type { Figures } from './run.ts';
import type { FollowedStream } from './subscribers/followed-stream.ts';

/** The maximum number of violations that are listed. Further violations are only counted. */
const maxListed = 20;

/** The figures and violations of a run as text. */
export function reportOf(history: History, figures: Figures, violations: readonly Violation[]): string {
  const { journal, asked, changes } = history;
  const { disturbances, faults, sip2, log, findings, askingMs, settlingMs } = figures;
  const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
  const ours = changes.filter(({ change, reference }) => change === 'BEGUN' && reference !== null).length;
  const byDesks = changes.filter(({ change, reference }) => change === 'BEGUN' && reference === null).length;
  const { withRoom, done } = countRoom(history);
  const lines = [
    `${asked.length} operations in ${seconds(askingMs)}, all settled ${seconds(settlingMs)} later; ${journal.length} in the journal, with each renewal of several`,
    `  by kind and state: ${tally(journal.map(({ kind, state }) => `${kind} ${state}`))}`,
    `  by problem: ${tally(journal.flatMap(({ problem }) => problem ?? []))}`,
    `loans and holds begun: ${ours} by operations, ${byDesks} by desks`,
    `check-outs with room all the time: ${withRoom}, of which ${done} were done`,
    `requests without an answer: ${log.lost}; requests repeated: ${log.repeated}; errors answered: ${counted(log.errors)}`,
    `operations answered with UNSETTLED: ${asked.filter(({ answers }) => answers.some(({ state }) => state === 'UNSETTLED')).length}`,
    ...deliveriesOf(history),
    `kills ${disturbances.kills}, freezes ${disturbances.freezes}, starts with too small a drop time refused ${findings.refusedStarts}, other starts that failed ${findings.failedStarts}, no replica available for ${seconds(total(history.unattended))}`,
    `steps of clocks, forward and back: ${steps(disturbances.jumps)} of the database, ${disturbances.processSteps} of replicas, ${steps(disturbances.legacySteps)} of legacy systems`,
    `messages over SIP2: ${sip2.sent}, of which ${sip2.accepted} were answered with yes; connections lost: ${sip2.lost}`,
    `PostgreSQL stopped ${disturbances.outages.length} times, for ${seconds(total(disturbances.outages))}; connections to it cut: ${disturbances.cutConnections}`,
    livesOf(history),
    liveOf(history),
    `faults: ${counted(faults)}`,
    `reconciliations that failed: ${[...history.failedChecks.values()].reduce((sum, count) => sum + count, 0)}; errors logged: ${counted(findings.errors)}`,
    `found by comparing with the feed of events: ${tally(history.findings.map(({ discrepancy }) => discrepancy))}`,
    `violations: ${violations.length}${violations.length === 0 ? '' : ` (${tally(violations.map(({ property }) => property))})`}`,
    ...violations.slice(0, maxListed).map(({ property, detail }) => `  ${property}: ${detail}`),
  ];
  return lines.join('\n');
}

function livesOf({ merges, lives }: History): string {
  const closed = merges.filter(({ closedAt }) => closedAt !== null).length;
  const erased = lives.filter(({ isErased }) => isErased);
  const sealed = erased.reduce((sum, { sealedRows }) => sum + sealedRows, 0);
  return (
    `records merged ${merges.length}, closed by the end of the merge ${closed}; persons erased ${erased.length}, ` +
    `with ${sealed} rows of the audit that nothing opens`
  );
}

function liveOf({ live }: History): string {
  if (live === null) {
    return 'nobody followed the log of changes';
  }
  const { log, streams } = live;
  const sum = (figure: (stream: FollowedStream) => number) =>
    streams.reduce((count, stream) => count + figure(stream), 0);
  const codes = streams.flatMap((stream) =>
    [...stream.codes].flatMap(([code, count]) => Array<string>(count).fill(code)),
  );
  return (
    `changes in the log: ${log.length}; subscribers: ${streams.length} (${tally(streams.map(({ view }) => view.of))}), ` +
    `connected ${sum(({ connections }) => connections)} times, told ${sum(({ told }) => told.length)} changes; ` +
    `errors told: ${tally(codes)}`
  );
}

/** The lower bounds of the classes of delays, in ms. The last class has no upper bound. */
const delayClasses = [0, 100, 1_000, 4_000, 8_000] as const;

/** Lines about changes that were made twice, or after a refusal. */
function deliveriesOf(history: History): string[] {
  const late = lateDeliveries(history);
  const line = (title: string, delaysMs: readonly number[]) =>
    `  ${title}: ${delaysMs.length} (${byDelay(delaysMs)})`;
  const delayOf = ({ delayMs }: LateDelivery) => delayMs;
  return [
    `changes made after their operation was refused, or made twice: ${late.length}, of which ${late.filter(({ isAlarmed }) => isAlarmed).length} raised an alarm; by delay:`,
    line('after the refusal was confirmed', late.filter(({ nth }) => nth === 0).map(delayOf)),
    line('made again', late.filter(({ nth }) => nth === 1).map(delayOf)),
    line('an eleventh loan or hold by one of them', limitExceedingDelays(history.changes, late)),
    `  made before the refusal was confirmed, without an excuse: ${unjustifiedRefusals(history, late).length}`,
  ];
}

const byDelay = (delaysMs: readonly number[]): string =>
  delayClasses
    .map((from, index) => {
      const until = delayClasses[index + 1] ?? Number.POSITIVE_INFINITY;
      const count = delaysMs.filter((ms) => ms >= from && ms < until).length;
      return `${from / 1_000}${Number.isFinite(until) ? ` to ${until / 1_000}` : ' and more'} s: ${count}`;
    })
    .join(', ');

const total = (intervals: History['unattended']): number =>
  intervals.reduce((sum, { from, until }) => sum + until - from, 0);

const steps = (all: History['jumps']): string =>
  `${all.filter(({ byMs }) => byMs > 0).length} and ${all.filter(({ byMs }) => byMs < 0).length}`;

const tally = (names: readonly string[]): string =>
  counted(new Map([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length])));

const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
