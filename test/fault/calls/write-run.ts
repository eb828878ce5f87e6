import { expect, vi } from 'vitest';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type Simulator, startSimulators } from '../../../simulators/index.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { LATE_MS, type WriteFault } from './write-faults.ts';
import type { Write } from './writes.ts';

/** A deadline in ms that is not reached even on a busy machine. */
export const PATIENT_MS = 8_000;
/** A time in ms that is longer than the 30 seconds after which CIRC drops a request. */
export const DROP_MS = 31_000;

type Told = WriteFault['told'];

/** One write, on a system of its own. */
export interface WriteRun extends AsyncDisposable {
  readonly ports: Ports;
  readonly system: Simulator;
  /** Puts the system's clock forward by `ms`. */
  pass(ms: number): void;
  /**
   * Waits until the system has finished every request and the drop time has passed. Resolves to the outcome of the
   * write.
   */
  outcome(told: Told): Promise<{ told: Told; requests: number; times: number }>;
}

/** A signal that is never aborted. */
export const nobody = (): AbortSignal => new AbortController().signal;

export async function openWriteRun(write: Write, deadlineMs: number): Promise<WriteRun> {
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
      await vi.waitFor(() => expect(ended()).toBeGreaterThanOrEqual(taken.length), 5 * LATE_MS);
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

/** `done`, or the reason of an `UpstreamError`. Rejects if the write is refused or fails with another error. */
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
