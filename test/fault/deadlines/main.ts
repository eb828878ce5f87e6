/**
 * `npm run measure:deadlines`: measures on the machine's clock how long each read and write of the three ports takes
 * until its error, for each kind of fault. `DEADLINE_MS` sets another deadline. The exit code is 1 if a call ended with
 * anything but an `UpstreamError`.
 */
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { FAULT_KINDS, type FaultKind } from '../../../simulators/index.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { type Simulators, startSimulators } from '../../support/simulator-process.ts';
import { endsByDeadline, faultOf, hasFault } from '../calls/expected-reasons.ts';
import { READS, type Read } from '../calls/reads.ts';
import { WRITES } from '../calls/writes.ts';
import { percentile, type Sample, slowestOf } from './sample.ts';

const deadlineMs = Number(process.env.DEADLINE_MS ?? defaultLimits.deadlineMs);
/**
 * The limits are those of production, except that each waiting call has a connection and the circuit breaker stays
 * closed.
 */
const limits = { deadlineMs, connections: READS.length + WRITES.length, breakerThreshold: 1_000_000 };

type Call = Pick<Read, 'system' | 'method' | 'operation' | 'call'>;

const say = (line: string) => process.stdout.write(`${line}\n`);
const problems: string[] = [];

async function sampleOf(ports: Ports, { system, method, call }: Call): Promise<Sample> {
  const name = `${system}.${method}`;
  const began = performance.now();
  try {
    await call(ports, never);
    problems.push(`${name} was answered`);
    return { name, reason: 'answered', ms: performance.now() - began };
  } catch (error) {
    const ms = performance.now() - began;
    if (error instanceof UpstreamError) {
      return { name, reason: error.reason, ms };
    }
    problems.push(`${name}: ${String(error)}`);
    return { name, reason: 'untyped', ms };
  }
}

const never = new AbortController().signal;

/** Injects the fault into the operations of the calls, and runs the calls. */
async function measure(
  kind: FaultKind,
  calls: readonly Call[],
  { simulators, ports }: { readonly simulators: Simulators; readonly ports: Ports },
): Promise<Sample[]> {
  const affected = calls.filter(({ system }) => hasFault(system, kind));
  for (const name of coreSystemIds.filter((system) => hasFault(system, kind))) {
    const operations = affected.filter(({ system }) => system === name).map(({ operation }) => operation);
    await simulators.setFaults(name, [{ ...faultOf(kind), operations }]);
  }
  // Calls that wait for the deadline use no processor time, so they can run at once.
  if (endsByDeadline(kind)) {
    return await Promise.all(affected.map((call) => sampleOf(ports, call)));
  }
  const samples: Sample[] = [];
  for (const call of affected) {
    samples.push(await sampleOf(ports, call));
  }
  return samples;
}

const ms = (value: number): string => value.toFixed(1).padStart(9);
const columns = (samples: readonly Sample[]): string => {
  const reasons = [...new Set(samples.map(({ reason }) => reason))].join(', ');
  const slowest = slowestOf(samples);
  return `${String(samples.length).padStart(5)}${ms(percentile(samples, 50))}${ms(slowest?.ms ?? Number.NaN)}  ${(slowest?.name ?? '').padEnd(26)}${reasons}`;
};

say(`time until the typed error, in ms; the deadline is ${deadlineMs} ms; Node ${process.version}`);
say(`${'fault'.padEnd(24)}calls      p50      max  slowest                   reasons`);
const all: Sample[] = [];
for (const kind of FAULT_KINDS) {
  // Some writes change data, so each kind of fault starts with fresh simulators.
  await using simulators = await startSimulators();
  await using ports = await openPorts(simulators.legacy, limits);
  // These calls log in and compile the code, so that neither is measured.
  for (const { call } of READS) {
    await call(ports, never);
  }
  for (const [what, calls] of Object.entries({ reads: READS, writes: WRITES })) {
    const samples = await measure(kind, calls, { simulators, ports });
    all.push(...samples);
    say(`${`${kind}, ${what}`.padEnd(24)}${columns(samples)}`);
  }
}
const beyondMs = (slowestOf(all)?.ms ?? Number.NaN) - deadlineMs;
say(
  `${all.length} calls; the slowest ended ${Math.abs(beyondMs).toFixed(1)} ms ${beyondMs > 0 ? 'after' : 'before'} its deadline`,
);
for (const problem of problems) {
  say(problem);
}
process.exitCode = problems.length === 0 ? 0 : 1;
