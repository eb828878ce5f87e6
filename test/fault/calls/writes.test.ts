import { describe, expect, test, vi } from 'vitest';
import { FAULT_KINDS, type FailureRequest } from '../../../simulators/index.ts';
import { faultOf, isEndless, reasonFor } from './expected-reasons.ts';
import { mishapsOf, OVERDUE_MS } from './write-faults.ts';
import { DROP_MS, nobody, openScene, PATIENT_MS, toldOf } from './write-run.ts';
import { WRITES } from './writes.ts';

/*
 * Every write of the three ports with every fault: what its caller was told, held against what the simulator did. Not
 * done means that nothing was done and never will be; no request is sent twice but one that the system said it did not
 * take. Each has a system of its own, and most of the time is spent on waiting for deadlines: side by side.
 */
vi.setConfig({ maxConcurrency: 12 });

/** Where the deadline is what is waited for. */
const HASTY_MS = 800;
const deadlineFor = ({ kind }: FailureRequest): number => (isEndless(kind) ? HASTY_MS : PATIENT_MS);

const writes = WRITES.map((write) => ({ name: `${write.system}.${write.method}`, write }));

test.concurrent.each(writes)(
  '$name is done once on a good day, and where the answer is late',
  async ({ write }) => {
    await using scene = await openScene(write, PATIENT_MS);
    scene.system.faults.set([{ kind: 'delay', delayMs: 20 }]);
    const told = await toldOf(write.call(scene.ports, nobody()));
    expect(await scene.outcome(told)).toEqual({ told: 'done', requests: 1, times: 1 });
  },
);

describe('a write that meets a fault is told right, and done no more than once', () => {
  const cases = writes.flatMap(({ name, write }) =>
    mishapsOf(write.system).map(({ fault, ...expected }) => ({
      name,
      what: JSON.stringify(fault),
      write,
      fault,
      expected,
    })),
  );
  test.concurrent.each(cases)('$name, $what: $expected.told', async ({ write, fault, expected }) => {
    await using scene = await openScene(write, deadlineFor(fault));
    scene.system.faults.set([{ ...fault, operations: [write.operation] }]);
    const told = await toldOf(write.call(scene.ports, nobody()));
    expect(await scene.outcome(told)).toEqual(expected);
  });

  const ofCirculation = writes.filter(({ write }) => write.system === 'circ');
  test.concurrent.each(ofCirculation)('$name, come to after the drop time: never done', async ({ write }) => {
    await using scene = await openScene(write, HASTY_MS);
    scene.system.faults.set([{ kind: 'delay', delayMs: OVERDUE_MS, operations: [write.operation] }]);
    const told = await toldOf(write.call(scene.ports, nobody()));
    scene.pass(DROP_MS);
    expect(await scene.outcome(told)).toEqual({ told: 'outcome-unknown', requests: 1, times: 0 });
  });

  test.concurrent.each(writes)('$name, left by its caller meanwhile: outcome-unknown', async ({ write }) => {
    await using scene = await openScene(write, PATIENT_MS);
    const { faults } = scene.system;
    faults.set([{ kind: 'delay', delayMs: OVERDUE_MS, operations: [write.operation] }]);
    const caller = new AbortController();
    const call = toldOf(write.call(scene.ports, caller.signal));
    await vi.waitFor(() => expect(faults.status.recent).toHaveLength(1), PATIENT_MS);
    caller.abort();
    expect(await scene.outcome(await call)).toEqual({ told: 'outcome-unknown', requests: 1, times: 1 });
  });
});

describe('a write is not sent, and so not done, where what goes before it fails', () => {
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
  test.concurrent.each(cases)('$name after $what: $reason', async ({ write, fault, reason }) => {
    await using scene = await openScene(write, deadlineFor(fault));
    scene.system.faults.set([fault]);
    const told = await toldOf(write.call(scene.ports, nobody()));
    expect(await scene.outcome(told)).toEqual({ told: reason, requests: 0, times: 0 });
  });
});
