import { describe, expect, test, vi } from 'vitest';
import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import {
  DEFAULT_CREDENTIALS,
  FAULT_KINDS,
  type FaultKind,
  type SystemName,
  startSimulators,
} from '../../../simulators/index.ts';
import { openPorts } from '../../support/ports.ts';
import { createHandClock } from '../../unit/adapters/soap/hand-clock.ts';
import { endsByDeadline, faultOf, hasFault, reasonFor } from '../calls/expected-reasons.ts';
import { READS, type Read } from '../calls/reads.ts';
import { writeFaultsOf } from '../calls/write-faults.ts';
import { nobody, toldOf } from '../calls/write-run.ts';
import { WRITES } from '../calls/writes.ts';

/*
 * Every read and every write meets every fault, on a clock that the test moves. A call that only the deadline ends is
 * pending one millisecond before the deadline, and fails at the deadline. All other calls end before the clock moves.
 */

const deadlineMs = 5_000;
/** Every call has a connection, and the circuit breaker stays closed. */
const limits = {
  deadlineMs,
  connections: READS.length + WRITES.length,
  breakerThreshold: 1_000_000,
  retryDelayMs: 0,
};

type Call = Pick<Read, 'system' | 'method' | 'operation' | 'call'>;

/** The outcome of a write if every request meets the fault. */
function toldOfWrite(system: SystemName, kind: FaultKind): UpstreamReason | 'done' | undefined {
  if (kind === 'expired-session') {
    return 'rejected';
  }
  return writeFaultsOf(system).find(({ fault }) => fault.kind === kind)?.told;
}

async function expectByTheClock(
  kind: FaultKind,
  calls: readonly Call[],
  reasonOf: (system: SystemName, kind: FaultKind) => UpstreamReason | 'done' | undefined,
): Promise<void> {
  await using legacy = await startSimulators();
  const clock = createHandClock();
  await using ports = await openPorts(legacy, limits, DEFAULT_CREDENTIALS, clock);
  await ports.circulation.ping(nobody());
  const affected = calls.filter(({ system }) => hasFault(system, kind));
  for (const name of coreSystemIds.filter((system) => hasFault(system, kind))) {
    const operations = affected.filter(({ system }) => system === name).map(({ operation }) => operation);
    legacy[name].faults.set([{ ...faultOf(kind), operations }]);
  }
  const told = new Map<string, string>();
  let before: Promise<void> = Promise.resolve();
  const all = affected.map(({ system, method, call }) => {
    // Calls take turns, because each fault of this kind ends the session that the calls share.
    const turn = kind === 'expired-session' ? before : Promise.resolve();
    before = turn.then(async () => {
      told.set(`${system}.${method}`, await toldOf(call(ports, nobody())));
    });
    return before;
  });
  if (endsByDeadline(kind)) {
    const hits = () => coreSystemIds.flatMap((name) => legacy[name].faults.status.recent);
    await vi.waitFor(() => expect(hits()).toHaveLength(affected.length), 10_000);
    clock.advance(deadlineMs - 1);
    // A call that ends too early would end in this turn of the event loop.
    await new Promise(setImmediate);
    expect([...told]).toEqual([]);
    clock.advance(1);
  }
  await Promise.all(all);
  const expected = affected.map(({ system, method }) => [`${system}.${method}`, reasonOf(system, kind)]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  expect([clock.now(), clock.waiting]).toEqual([endsByDeadline(kind) ? deadlineMs : 0, 0]);
}

describe('on a clock moved by hand', () => {
  test.each(FAULT_KINDS)('%s: every read', async (kind) => {
    await expectByTheClock(kind, READS, reasonFor);
  });

  test.each(FAULT_KINDS)('%s: every write', async (kind) => {
    await expectByTheClock(kind, WRITES, toldOfWrite);
  });
});
