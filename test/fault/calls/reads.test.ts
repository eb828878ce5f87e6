import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Limits } from '../../../adapters/soap/policy/limits.ts';
import { UpstreamError, type UpstreamReason } from '../../../adapters/soap/port.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  type RunningSimulators,
  type SystemName,
  startSimulators,
} from '../../../simulators/index.ts';
import { MARKS } from '../../support/marked-secrets.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { faultOf, hasFault, isEndless, isMended, reasonFor } from './expected-reasons.ts';
import { READS, type Read } from './reads.ts';

/** The breaker is tested elsewhere; here it would answer in the system's place. */
const limits: Partial<Limits> = { breakerThreshold: 1_000_000, retryDelayMs: 5 };
/** Where the deadline is what is waited for. */
const HASTY_MS = 250;
/** Where an answer is: it is not to come into play on a machine that is busy. */
const PATIENT_MS = 8_000;
/** What a busy machine may add to a deadline. */
const SLACK_MS = 1_500;

let legacy: RunningSimulators;
let patient: Ports;
let hasty: Ports;
/** What each read comes to on a good day. */
const rightValues = new Map<Read, unknown>();
const signal = new AbortController().signal;
setMaxListeners(0, signal);

beforeAll(async () => {
  legacy = await startSimulators();
  patient = await openPorts(legacy, { ...limits, deadlineMs: PATIENT_MS });
  hasty = await openPorts(legacy, { ...limits, deadlineMs: HASTY_MS });
  // Of events, there are none in the seed.
  await patient.circulation.registerCard('21852000000017', MARKS.reference, signal);
  for (const read of READS) {
    rightValues.set(read, await read.call(patient, signal));
  }
  await hasty.circulation.ping(signal);
});
afterAll(async () => {
  await patient[Symbol.asyncDispose]();
  await hasty[Symbol.asyncDispose]();
  await legacy[Symbol.asyncDispose]();
});

const portsFor = (kind: FaultKind): Ports => (isEndless(kind) ? hasty : patient);

/** Fails the test unless it rejects with that reason by the deadline. */
async function expectReason(kind: FaultKind, call: Promise<unknown>, reason: UpstreamReason): Promise<void> {
  const began = performance.now();
  const outcome: unknown = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(UpstreamError);
  expect(outcome).toMatchObject({ reason });
  const deadlineMs = isEndless(kind) ? HASTY_MS : PATIENT_MS;
  expect(performance.now() - began).toBeLessThan(deadlineMs + SLACK_MS);
}

test('every read has something to tell on a good day', () => {
  for (const [read, value] of rightValues) {
    if (read.method === 'ping') {
      expect(value).toBeUndefined();
    } else {
      expect(JSON.stringify(value), read.method).toMatch(/"[A-Za-z]+":"[^"]/);
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

describe('while every request meets the fault, a read fails by its reason; after that it is answered', () => {
  test.each(cases)('%s: %s', async (kind, _name, read) => {
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

describe('where one request meets it, a read that is tried once more is answered, and no other', () => {
  test.each(cases.filter(([kind]) => !isEndless(kind)))('%s: %s', async (kind, _name, read) => {
    const { faults } = legacy[read.system];
    faults.set([{ ...faultOf(kind), operations: [read.operation], times: 1 }]);
    const call = read.call(patient, signal);
    if (isMended(read.system, kind)) {
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

describe('a login that meets the fault fails those who wait for it, and the next one is tried anew', () => {
  test.each(FAULT_KINDS.filter((kind) => kind !== 'expired-session'))('%s', async (kind) => {
    await using own = await openPorts(legacy, {
      ...limits,
      deadlineMs: isEndless(kind) ? HASTY_MS : PATIENT_MS,
    });
    legacy.circ.faults.set([{ ...faultOf(kind), operations: ['Login'] }]);
    const calls = [own.circulation.ping(signal), own.circulation.findItems('moby', 5, signal)];
    const reason = reasonFor('circ', kind);
    await Promise.all(calls.map((call) => expectReason(kind, call, reason)));
    legacy.circ.faults.clear();
    await own.circulation.ping(signal);
  });
});

test('a system in trouble has the others answer as before', async () => {
  for (const system of ['prs', 'cms', 'circ'] as const satisfies SystemName[]) {
    legacy[system].faults.set([{ kind: 'hang' }]);
    const others = READS.filter((read) => read.system !== system);
    await Promise.all(
      others.map(async (read) => expect(await read.call(patient, signal)).toEqual(rightValues.get(read))),
    );
    legacy[system].faults.clear();
  }
});
