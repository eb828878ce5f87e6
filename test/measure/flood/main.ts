/**
 * `npm run flood` measures how much 20 clients that flood the gateway delay check-outs and readers' home pages. Then it
 * floods one class after the other with one kind of request: from one caller, from twelve, and from as many callers as
 * there are requests. All run on the loopback address.
 *
 * Environment: `SECONDS` (10) of each phase, `SEED`, `SHAPES_ONLY` to leave out the first part. The exit code is 1 if a
 * check-out, a return or a home page was refused, or if an honest caller was refused during a flood from one or twelve
 * callers.
 */
import { seed } from '../../support/random.ts';
import { type FloodReport, measureFlood, type Phases, quantile } from './measure.ts';
import { measureShape } from './shapes/measure-shape.ts';
import { isHonestRefused, reportShape } from './shapes/report.ts';
import { parallelOf, shapeNames } from './shapes/shapes.ts';
import { openTarget } from './shapes/target.ts';
import { type FloodedSystem, startEmbedded, startTwoGateways } from './system.ts';

const phaseMs = Number(process.env.SECONDS ?? 10) * 1000;
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Variant {
  readonly name: string;
  start(): Promise<FloodedSystem>;
  /** The time of each call to circulation, in ms. */
  readonly circulationMs: number;
}

const variants: readonly Variant[] = [
  { name: 'one process', start: () => startEmbedded({}), circulationMs: 0 },
  { name: 'one process, without rates', start: () => startEmbedded({ rates: 'off' }), circulationMs: 0 },
  { name: 'two gateways that share their rates', start: () => startTwoGateways({}), circulationMs: 0 },
  { name: 'one process, circulation at 200 ms', start: () => startEmbedded({}), circulationMs: 200 },
  {
    name: 'one process, circulation at 200 ms, without rates',
    start: () => startEmbedded({ rates: 'off' }),
    circulationMs: 200,
  },
];

function tell(what: string, { quiet, flooded }: Phases): void {
  const p99 = ({ ms }: Phases['quiet']) => `${quantile(ms, 0.99).toFixed(0)} ms`;
  const p50 = ({ ms }: Phases['quiet']) => `${quantile(ms, 0.5).toFixed(0)} ms`;
  say(
    `  ${what}: p50 ${p50(quiet)} quiet, ${p50(flooded)} flooded; p99 ${p99(quiet)} quiet, ${p99(flooded)} flooded; ` +
      `${quiet.ms.length} and ${flooded.ms.length} times; ${quiet.failures.length} and ${flooded.failures.length} refused`,
  );
  for (const failure of new Set([...quiet.failures, ...flooded.failures])) {
    say(`    ${failure}`);
  }
}

/** Prints a report. Returns whether all requests of stations and readers were answered. */
function report({ checkOuts, homePages, flood, waits }: FloodReport): boolean {
  tell('check-outs', checkOuts);
  tell('home pages', homePages);
  for (const [kind, codes] of Object.entries(flood)) {
    const counts = Object.entries(codes).map(([code, count]) => `${count} ${code}`);
    say(`  ${kind}: ${counts.join(', ')}`);
  }
  const means = Object.entries(waits).map(([callClass, ms]) => `${callClass} ${ms.toFixed(1)} ms`);
  say(`  mean wait for a connection to circulation: ${means.join(', ')}`);
  return [checkOuts, homePages].every(
    ({ quiet, flooded }) => quiet.failures.length + flooded.failures.length === 0,
  );
}

say(`SEED=${seed} SECONDS=${phaseMs / 1000}`);
for (const { name, start, circulationMs } of process.env.SHAPES_ONLY === undefined ? variants : []) {
  await using system = await start();
  system.legacy.circ.latencyMs = circulationMs;
  say(name);
  if (!report(await measureFlood(system, { phaseMs, seed }))) {
    process.exitCode = 1;
  }
}

for (const shape of shapeNames) {
  const parallel = parallelOf[shape];
  for (const callers of [1, 12, parallel]) {
    await using system = await startEmbedded({ rates: 'off' });
    system.legacy.cms.latencyMs = 50;
    const target = await openTarget(system, shape, callers);
    const measured = await measureShape({ shape, target, callers, parallel, seed }, Math.round(phaseMs / 2));
    say(`${parallel} ${shape} at once, of ${callers === 1 ? 'one caller' : `${callers} callers`}`);
    for (const line of reportShape(measured)) {
      say(`  ${line}`);
    }
    if (callers < parallel && isHonestRefused(measured)) {
      process.exitCode = 1;
    }
  }
}
