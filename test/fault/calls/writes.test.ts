import { describe, expect, test, vi } from 'vitest';
import { FAULT_KINDS, type FailureRequest } from '../../../simulators/index.ts';
import { sample } from '../../support/sample.ts';
import { endsByDeadline, faultOf, reasonFor } from './expected-reasons.ts';
import { LATE_MS, writeFaultsOf } from './write-faults.ts';
import { DROP_MS, nobody, openWriteRun, PATIENT_MS, toldOf } from './write-run.ts';
import { WRITES } from './writes.ts';

/*
 * Every write of the three ports meets every fault. The caller's outcome must agree with the simulator's records: "not
 * done" means that the simulator has not made the change and never will. A request is sent again only if the system has
 * answered that it did not accept the request. The cases run concurrently, each with its own system, because they
 * mostly wait for deadlines.
 */
vi.setConfig({ maxConcurrency: 24 });

/** A deadline in ms for faults that only the deadline ends. */
const HASTY_MS = 2_000;
const deadlineFor = ({ kind }: FailureRequest): number => (endsByDeadline(kind) ? HASTY_MS : PATIENT_MS);

const writes = WRITES.map((write) => ({ name: `${write.system}.${write.method}`, write }));

test.concurrent.each(writes)(
  '$name is done once without a fault and with a late answer',
  async ({ write }) => {
    await using run = await openWriteRun(write, PATIENT_MS);
    run.system.faults.set([{ kind: 'delay', delayMs: 20 }]);
    const told = await toldOf(write.call(run.ports, nobody()));
    expect(await run.outcome(told)).toEqual({ told: 'done', requests: 1, times: 1 });
  },
);

describe('a write that meets a fault reports its outcome correctly, and is done at most once', () => {
  const cases = writes.flatMap(({ name, write }) =>
    writeFaultsOf(write.system).map(({ fault, ...expected }) => ({
      name,
      what: JSON.stringify(fault),
      write,
      fault,
      expected,
    })),
  );
  const tested = sample('a write that meets a fault', cases, {
    each: 2,
    kindsOf: ({ name, write, what }) => [name, `${write.system}, ${what}`],
  });
  test.concurrent.each(tested)('$name, $what: $expected.told', async ({ write, fault, expected }) => {
    await using run = await openWriteRun(write, deadlineFor(fault));
    run.system.faults.set([{ ...fault, operations: [write.operation] }]);
    const told = await toldOf(write.call(run.ports, nobody()));
    expect(await run.outcome(told)).toEqual(expected);
  });

  const ofCirculation = writes.filter(({ write }) => write.system === 'circ');
  test.concurrent.each(ofCirculation)(
    '$name is never done if the system reads it after the drop time',
    async ({ write }) => {
      await using run = await openWriteRun(write, HASTY_MS);
      run.system.faults.set([{ kind: 'delay', delayMs: LATE_MS, operations: [write.operation] }]);
      const told = await toldOf(write.call(run.ports, nobody()));
      run.pass(DROP_MS);
      expect(await run.outcome(told)).toEqual({ told: 'outcome-unknown', requests: 1, times: 0 });
    },
  );

  test.concurrent.each(writes)('$name ends as outcome-unknown if its caller aborts', async ({ write }) => {
    await using run = await openWriteRun(write, PATIENT_MS);
    const { faults } = run.system;
    faults.set([{ kind: 'delay', delayMs: LATE_MS, operations: [write.operation] }]);
    const caller = new AbortController();
    const call = toldOf(write.call(run.ports, caller.signal));
    await vi.waitFor(() => expect(faults.status.recent).toHaveLength(1), PATIENT_MS);
    caller.abort();
    expect(await run.outcome(await call)).toEqual({ told: 'outcome-unknown', requests: 1, times: 1 });
  });
});

describe('a write is not sent if the call before it fails', () => {
  const faults: FailureRequest[] = FAULT_KINDS.filter((kind) => kind !== 'expired-session').map(faultOf);
  const cases = writes.flatMap(({ name, write }) => {
    const { system, before } = write;
    if (before === null) {
      return [];
    }
    return faults.map((fault) => ({
      name,
      what: `${before}, ${fault.kind}`,
      write,
      fault: { ...fault, operations: [before] },
      reason: reasonFor(system, fault.kind),
    }));
  });
  const tested = sample('a write after a call that fails', cases, {
    each: 1,
    kindsOf: ({ name, fault }) => [name, fault.kind],
  });
  test.concurrent.each(tested)('$name after $what: $reason', async ({ write, fault, reason }) => {
    await using run = await openWriteRun(write, deadlineFor(fault));
    run.system.faults.set([fault]);
    const told = await toldOf(write.call(run.ports, nobody()));
    expect(await run.outcome(told)).toEqual({ told: reason, requests: 0, times: 0 });
  });
});
