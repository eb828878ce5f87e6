/**
 * `npm run soak` reads from simulators with every kind of fault, until 10,000 faults have occurred. `SEED` and
 * `FAULTED` change the seed and this number. The exit code is 1 if memory or connections grew beyond their bounds, or
 * if a read is wrong after the faults.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { FAULT_KINDS, type FaultKind, type FaultRequest } from '../../../simulators/index.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { randomFrom } from '../../support/random.ts';
import { startSimulators } from '../../support/simulator-process.ts';
import { hasFault } from '../calls/expected-reasons.ts';
import { READS } from '../calls/reads.ts';

const CONNECTIONS = 4;
/** The number of concurrent callers. */
const CALLERS = 18;
/** The number of faults before the first measurement. Meanwhile, code is compiled and pools fill. */
const WARM_UP = 500;
/** The number of measurements of the heap. */
const MEASUREMENTS = 6;
/** The maximum growth of the heap, from its minimum to the end. 10,000 leaked requests would take far more. */
const MAX_GROWTH_BYTES = 2 * 1024 * 1024;
/** This process's own connections to `/_faults`. */
const OWN_SOCKETS = coreSystemIds.length;
/**
 * The maximum number of open connections. Each adapter has two pools. An abandoned connection counts, too, until it is
 * closed.
 */
const MAX_SOCKETS = coreSystemIds.length * CONNECTIONS * 3 + OWN_SOCKETS;

const limits = {
  deadlineMs: 100,
  connections: CONNECTIONS,
  retryDelayMs: 2,
  idleMs: 200,
  maxBytes: 256 * 1024,
  breakerThreshold: 1_000_000,
};

const seed = Number(process.env.SEED ?? randomInt(0x1_0000_0000));
const wanted = Number(process.env.FAULTED ?? 10_000);
const say = (line: string) => process.stdout.write(`${line}\n`);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The share of requests that meets each kind of fault. */
const SHARE = 0.05;

/**
 * All kinds of faults occur equally often. A simulator tries its faults in order, so a later fault needs a higher rate.
 */
function faultsOf(system: (typeof coreSystemIds)[number]): FaultRequest[] {
  const small = (kind: FaultKind): FaultRequest => {
    if (kind === 'delay' || kind === 'hang') {
      return { kind, delayMs: 200 };
    }
    if (kind === 'slow-drip') {
      return { kind, delayMs: 20 };
    }
    if (kind === 'oversized') {
      return { kind, bytes: 512 * 1024 };
    }
    return { kind };
  };
  return FAULT_KINDS.filter((kind) => hasFault(system, kind)).map((kind, index) => ({
    ...small(kind),
    rate: SHARE / (1 - index * SHARE),
  }));
}

const socketsNow = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

function bytesNow(): number {
  // The second collection frees the memory that finalizers have released.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The number of calls with each outcome. */
const outcomes = new Map<string, number>();
const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
let mostSockets = 0;

/** Makes calls until `wantedFaults` faults have occurred. Any error except `UpstreamError` ends the process. */
async function callUntil(
  ports: Ports,
  random: () => number,
  faulted: () => Promise<number>,
  wantedFaults: number,
) {
  let isEnough = false;
  const caller = async () => {
    const { signal } = new AbortController();
    while (!isEnough) {
      const read = READS[Math.floor(random() * READS.length)];
      if (read === undefined) {
        throw new RangeError('the generator gave 1');
      }
      try {
        await read.call(ports, signal);
        note('answered');
      } catch (error) {
        if (!(error instanceof UpstreamError)) {
          throw error;
        }
        note(error.reason);
      }
      mostSockets = Math.max(mostSockets, socketsNow());
    }
  };
  const watch = async () => {
    while (!isEnough) {
      await sleep(100);
      isEnough = (await faulted()) >= wantedFaults;
    }
  };
  await Promise.all([watch(), ...Array.from({ length: CALLERS }, caller)]);
}

/** The names of the reads that have a wrong result. */
async function wrongReads(ports: Ports, right: ReadonlyMap<string, string>): Promise<string[]> {
  const { signal } = new AbortController();
  const wrong: string[] = [];
  for (const { system, method, call } of READS) {
    const name = `${system}.${method}`;
    const value = JSON.stringify(await call(ports, signal)) ?? '';
    if (value !== right.get(name)) {
      wrong.push(name);
    }
  }
  return wrong;
}

async function soak(): Promise<string[]> {
  await using simulators = await startSimulators();
  const { legacy } = simulators;
  await using calm = await openPorts(legacy, { ...limits, deadlineMs: 10_000 });
  const right = new Map<string, string>();
  for (const { system, method, call } of READS) {
    right.set(`${system}.${method}`, JSON.stringify(await call(calm, new AbortController().signal)) ?? '');
  }
  const statuses = () => Promise.all(coreSystemIds.map((name) => simulators.faultStatus(name)));
  const faulted = async () =>
    (await statuses()).flatMap(({ faults }) => faults).reduce((sum, { hits }) => sum + hits, 0);

  for (const name of coreSystemIds) {
    await simulators.setFaults(name, faultsOf(name), seed);
  }
  await using ports = await openPorts(legacy, limits);
  const random = randomFrom(seed);
  const began = performance.now();
  await callUntil(ports, random, faulted, WARM_UP);
  // V8 frees some megabytes at an arbitrary time, so the last measurement is compared with the minimum.
  const heapSizes = [bytesNow()];
  for (let round = 1; round <= MEASUREMENTS; round += 1) {
    await callUntil(ports, random, faulted, WARM_UP + (wanted * round) / MEASUREMENTS);
    heapSizes.push(bytesNow());
  }
  const growth = (heapSizes.at(-1) ?? 0) - Math.min(...heapSizes);
  const met = new Map<string, number>();
  for (const { kind, hits } of (await statuses()).flatMap(({ faults }) => faults)) {
    met.set(kind, (met.get(kind) ?? 0) + hits);
  }
  for (const name of coreSystemIds) {
    await simulators.clearFaults(name);
  }

  say(`faults met  ${JSON.stringify(Object.fromEntries(met))}`);
  say(`outcomes    ${JSON.stringify(Object.fromEntries(outcomes))}`);
  say(`heap, KiB   ${heapSizes.map((bytes) => (bytes / 1024).toFixed(0)).join(' ')}`);
  say(`time        ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const problems = await wrongReads(ports, right).then((wrong) =>
    wrong.map((name) => `${name} is still wrong`),
  );
  await sleep(limits.idleMs * 5);
  const lastSockets = socketsNow();
  say(`sockets     ${mostSockets} at most, ${MAX_SOCKETS} are allowed; ${lastSockets} at the end`);
  if (growth > MAX_GROWTH_BYTES) {
    problems.push(`the heap grew by ${growth} bytes, ${MAX_GROWTH_BYTES} are allowed`);
  }
  if (mostSockets > MAX_SOCKETS) {
    problems.push(`${mostSockets} sockets were open at once`);
  }
  if (lastSockets > OWN_SOCKETS) {
    problems.push(`${lastSockets} sockets are open although there is no request`);
  }
  const missed = FAULT_KINDS.filter((kind) => (met.get(kind) ?? 0) === 0);
  return [...problems, ...missed.map((kind) => `no request met ${kind}`)];
}

say(`seed        ${seed}`);
const problems = await soak();
say(problems.length === 0 ? 'all is well' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;
