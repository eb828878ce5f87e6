import { setMaxListeners } from 'node:events';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Limits } from '../../../adapters/soap/policy/limits.ts';
import { UpstreamError, type UpstreamReason } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { FAULT_KINDS, type FaultKind, startSimulators } from '../../../simulators/index.ts';
import { MARKS } from '../../support/marked-secrets.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { sample } from '../../support/sample.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { endsByDeadline, faultOf, hasFault, reasonFor, recoversByRetry } from './expected-reasons.ts';
import { READS, type Read } from './reads.ts';

/** The circuit breaker stays closed. An open breaker would answer instead of the system. */
const limits: Partial<Limits> = { breakerThreshold: 1_000_000, retryDelayMs: 5 };
/** A deadline in ms for faults that only the deadline ends. */
const HASTY_MS = 250;
/** A deadline in ms for all other faults. It is not reached even on a busy machine. */
const PATIENT_MS = 8_000;
/** The longest time after the deadline at which a call may end on a busy machine, in ms. */
const SLACK_MS = 1_500;

const legacy = openedForTests(() => startSimulators());
const patient = openedForTests(() => openPorts(legacy, { ...limits, deadlineMs: PATIENT_MS }));
const hasty = openedForTests(() => openPorts(legacy, { ...limits, deadlineMs: HASTY_MS }));
/** The result of each read without a fault. */
const rightValues = new Map<Read, unknown>();
const signal = new AbortController().signal;
setMaxListeners(0, signal);

beforeAll(async () => {
  // The seed has no events, so this change makes an event for the reads.
  await patient.circulation.registerCard('21852000000017', MARKS.reference, signal);
  for (const read of READS) {
    rightValues.set(read, await read.call(patient, signal));
  }
  await hasty.circulation.ping(signal);
});

const portsFor = (kind: FaultKind): Ports => (endsByDeadline(kind) ? hasty : patient);

/** Fails the test unless the call rejects with the given reason by its deadline. */
async function expectReason(kind: FaultKind, call: Promise<unknown>, reason: UpstreamReason): Promise<void> {
  const began = performance.now();
  const outcome: unknown = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(UpstreamError);
  expect(outcome).toMatchObject({ reason });
  const deadlineMs = endsByDeadline(kind) ? HASTY_MS : PATIENT_MS;
  expect(performance.now() - began).toBeLessThan(deadlineMs + SLACK_MS);
}

test('every read returns data without a fault', () => {
  for (const [read, value] of rightValues) {
    if (read.method === 'ping') {
      expect(value).toBeUndefined();
    } else {
      expect(JSON.stringify(value), read.method).toMatch(/[:[]"[^"]/);
    }
  }
});

const cases = FAULT_KINDS.flatMap((kind) =>
  READS.filter(({ system }) => hasFault(system, kind)).map((read): [FaultKind, string, Read] => [
    kind,
    `${read.system}.${read.method}`,
    read,
  ]),
);
const kindsOf = ([kind, name]: readonly [FaultKind, string, Read]) => [kind, name];
const always = sample('a read, and a fault of every request', cases, { each: 2, kindsOf });
const once = sample(
  'a read, and a fault of its first request',
  cases.filter(([kind]) => !endsByDeadline(kind)),
  { each: 2, kindsOf },
);

describe('a read fails with the fault’s reason while every request meets it, and is answered afterwards', () => {
  test.each(always)('%s: %s', async (kind, _name, read) => {
    const { faults } = legacy[read.system];
    const ports = portsFor(kind);
    faults.set([{ ...faultOf(kind), operations: [read.operation] }]);
    await expectReason(kind, read.call(ports, signal), reasonFor(read.system, kind));
    expect(faults.status.faults[0]?.hits).toBeGreaterThan(0);
    faults.clear();
    await expect(read.call(patient, signal)).resolves.toEqual(rightValues.get(read));
    await ports.patrons.ping(signal);
  });
});

describe('a read whose first request meets the fault succeeds if that fault is retried, and fails otherwise', () => {
  test.each(once)('%s: %s', async (kind, _name, read) => {
    const { faults } = legacy[read.system];
    faults.set([{ ...faultOf(kind), operations: [read.operation], times: 1 }]);
    const call = read.call(patient, signal);
    if (recoversByRetry(read.system, kind)) {
      await expect(call).resolves.toEqual(rightValues.get(read));
    } else {
      await expectReason(kind, call, reasonFor(read.system, kind));
    }
    expect(faults.status.faults[0]?.hits).toBe(1);
    faults.clear();
  });
});

test.each(READS)('a delay within the deadline changes nothing: $system.$method', async (read) => {
  const { faults } = legacy[read.system];
  faults.set([{ kind: 'delay', delayMs: 20 }]);
  await expect(read.call(patient, signal)).resolves.toEqual(rightValues.get(read));
  faults.clear();
});

describe('a login that meets the fault fails all calls that wait for it, and the next call logs in again', () => {
  test.each(FAULT_KINDS.filter((kind) => kind !== 'expired-session'))('%s', async (kind) => {
    await using own = await openPorts(legacy, {
      ...limits,
      deadlineMs: endsByDeadline(kind) ? HASTY_MS : PATIENT_MS,
    });
    legacy.circ.faults.set([{ ...faultOf(kind), operations: ['Login'] }]);
    const calls = [own.circulation.ping(signal), own.circulation.findItems('moby', 5, signal)];
    const reason = reasonFor('circ', kind);
    await Promise.all(calls.map((call) => expectReason(kind, call, reason)));
    legacy.circ.faults.clear();
    await own.circulation.ping(signal);
  });
});

test('while one system hangs, the others answer as before', async () => {
  for (const system of coreSystemIds) {
    legacy[system].faults.set([{ kind: 'hang' }]);
    const others = READS.filter((read) => read.system !== system);
    await Promise.all(
      others.map(async (read) => expect(await read.call(patient, signal)).toEqual(rightValues.get(read))),
    );
    legacy[system].faults.clear();
  }
});
