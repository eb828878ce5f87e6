import { coreSystemIds } from '../../../platform/systems.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultRequest,
  type SystemName,
} from '../../../simulators/index.ts';
import { pause } from '../pause.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';

/** The number of requests that met each fault of a system, and the number of times that a system was switched off. */
export type FaultCounts = Map<string, number>;

/** The time after a request at which all its repeated deliveries have happened, in ms. */
export const latestDeliveryMs = 12_000;

/** Circulation's operations that change loans and holds. They are not idempotent, and are sent only once. */
const changes = ['CheckOut', 'CheckIn', 'Renew', 'PlaceHold', 'CancelHold'];

/** Draws faults for all legacy systems again and again until the signal aborts. Then removes the faults. */
export async function injectLegacyFaults(
  records: LegacyRecords,
  random: Random,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<FaultCounts> {
  const counts: FaultCounts = new Map();
  while (!signal.aborted) {
    for (const name of coreSystemIds) {
      const { faults } = records.systems[name];
      addHits(counts, name, records);
      faults.set(drawFaults(name, random, scenario), random.between(0, 0xffff_ffff));
    }
    if (scenario.legacyFaults === 'random' && random.chance(0.08)) {
      await switchOff(records, random, counts, signal);
    }
    await pause(random.between(...scenario.faultPeriodMs), signal);
  }
  for (const name of coreSystemIds) {
    addHits(counts, name, records);
    records.systems[name].faults.clear();
  }
  return counts;
}

/** Adds the hits of the system's current faults. */
function addHits(counts: FaultCounts, name: SystemName, records: LegacyRecords): void {
  for (const { kind, hits } of records.systems[name].faults.status.faults) {
    counts.set(`${name} ${kind}`, (counts.get(`${name} ${kind}`) ?? 0) + hits);
  }
}

/** Stops a system for a short time. */
async function switchOff(
  records: LegacyRecords,
  random: Random,
  counts: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  const name = random.pick(coreSystemIds);
  counts.set(`${name} off`, (counts.get(`${name} off`) ?? 0) + 1);
  await records.systems[name].stop();
  await pause(random.between(200, 2_500), signal);
  await records.systems[name].start();
}

/** The faults of the system in the scenario. If faults are random, these are none or up to three kinds at once. */
function drawFaults(name: SystemName, random: Random, scenario: Scenario): readonly FaultRequest[] {
  if (scenario.legacyFaults !== 'random') {
    return scenario.legacyFaults[name] ?? [];
  }
  // Circulation gets faults more often, because its faults matter most. It is also not called while another system is
  // down.
  if (random.chance(name === 'circ' ? 0.25 : 0.6)) {
    return [];
  }
  const kinds = FAULT_KINDS.filter((kind) => kind !== 'expired-session' || name === 'circ');
  const failing = Array.from({ length: random.between(1, 3) }, () =>
    faultOf(random.pick(kinds), random, scenario),
  );
  if (name !== 'circ') {
    return failing;
  }
  return [
    ...(random.chance(0.6) ? [deliveredTwice(random, scenario)] : []),
    ...(random.chance(0.25) ? [heldBack(random, scenario)] : []),
    ...(random.chance(0.25) ? [appliedLate(random, scenario)] : []),
    ...failing,
  ];
}

/** A fault in which a proxy holds changes back, perhaps until the sender's call has ended. */
const heldBack = (random: Random, { callMs }: Scenario): FaultRequest => ({
  kind: 'hold-back',
  rate: random.pick([0.01, 0.03]),
  operations: changes,
  delayMs: random.between(0, callMs + 2_000),
});

/** A fault in which circulation applies a change that it should have dropped, often when the outcome seems certain. */
const appliedLate = (random: Random, { dropAfterMs }: Scenario): FaultRequest => ({
  kind: 'apply-late',
  rate: random.pick([0.003, 0.01]),
  operations: changes,
  delayMs: random.between(dropAfterMs, latestDeliveryMs),
});

/**
 * A fault in which a proxy delivers changes twice. The second delivery comes at once, before the first answer, after
 * the first answer, or after the operation was settled.
 */
function deliveredTwice(random: Random, { callMs, laterChecksMs: [first] }: Scenario): FaultRequest {
  const [from, until] = random.pick([
    [0, 0],
    [1, 200],
    [200, callMs - 200],
    [callMs, first],
    [first, latestDeliveryMs],
  ] as const);
  return {
    kind: 'deliver-twice',
    rate: random.pick([0.1, 0.3]),
    operations: changes,
    delayMs: random.between(from, Math.max(from, until)),
    answer: random.pick(['first', 'second'] as const),
  };
}

function faultOf(kind: FaultKind, random: Random, { callMs, dropAfterMs }: Scenario): FaultRequest {
  const rate = random.pick([0.003, 0.01, 0.03, 0.1]);
  switch (kind) {
    case 'html-page':
      return { kind, rate, status: random.pick([200, 502]), applied: random.chance(0.5) };
    case 'delay':
      // Some requests are answered late, some are processed when their callers no longer wait, and some are dropped.
      return { kind, rate, delayMs: random.between(0, Math.round(dropAfterMs * 1.2)) };
    case 'hang':
      return { kind, rate: rate / 2, delayMs: callMs * 2, applied: random.chance(0.5) };
    case 'slow-drip':
      return { kind, rate: rate / 2, delayMs: random.between(0, 2) };
    case 'oversized':
      return { kind, rate: 0.01 };
    case 'deep':
      return { kind, rate, levels: 200 };
    default:
      return { kind, rate };
  }
}
