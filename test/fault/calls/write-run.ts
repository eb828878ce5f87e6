import { expect, vi } from 'vitest';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type Simulator, startSimulators } from '../../../simulators/index.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { type Mishap, OVERDUE_MS } from './write-faults.ts';
import type { Write } from './writes.ts';

/** Where an answer is waited for: the deadline is not to come into play on a machine that is busy. */
export const PATIENT_MS = 8_000;
/** Beyond the 30 seconds after which CIRC does nothing that came before them. */
export const DROP_MS = 31_000;

type Told = Mishap['told'];

/** One write, and a system of its own for it. */
export interface Scene extends AsyncDisposable {
  readonly ports: Ports;
  readonly system: Simulator;
  /** So many ms pass for the system. */
  pass(ms: number): void;
  /** What came of the write, once the system has ended with all that it took and its drop time has passed. */
  outcome(told: Told): Promise<{ told: Told; requests: number; times: number }>;
}

/** A signal that nobody aborts. */
export const nobody = (): AbortSignal => new AbortController().signal;

export async function openScene(write: Write, deadlineMs: number): Promise<Scene> {
  await using resources = new AsyncDisposableStack();
  let passedMs = 0;
  const clock = () => new Date(Date.now() + passedMs);
  const legacy = resources.use(await startSimulators({ systems: [write.system], clock }));
  const ports = resources.use(await openPorts(legacy, { deadlineMs, retryDelayMs: 5 }));
  const system = legacy[write.system];
  const ended = () => system.calls.get(write.operation) ?? 0;
  const open = resources.move();
  return {
    ports,
    system,
    pass(ms) {
      passedMs += ms;
    },
    async outcome(told) {
      const taken = system.faults.status.recent.filter(({ operation }) => operation === write.operation);
      await vi.waitFor(() => expect(ended()).toBeGreaterThanOrEqual(taken.length), 5 * OVERDUE_MS);
      const requests = ended();
      system.faults.clear();
      passedMs += DROP_MS;
      await using patient =
        deadlineMs < PATIENT_MS ? await openPorts(legacy, { deadlineMs: PATIENT_MS }) : null;
      return { told, requests, times: await write.times(patient ?? ports, nobody()) };
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** What a write's caller is told. To be refused is neither, and throws. */
export async function toldOf(call: Promise<unknown>): Promise<Told> {
  try {
    expect(await call).toEqual(expect.not.objectContaining({ refused: expect.anything() }));
    return 'done';
  } catch (error) {
    if (error instanceof UpstreamError) {
      return error.reason;
    }
    throw error;
  }
}
