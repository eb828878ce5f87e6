import {
  FAULT_KINDS,
  type FaultKind,
  type FaultRequest,
  type SystemName,
} from '../../../simulators/index.ts';
import { pause } from '../pause.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import type { Books } from '../system/legacy-records.ts';

/** Requests that met a fault, by system and kind, and how often a system was switched off. */
export type FaultCounts = Map<string, number>;

/** Milliseconds after which the second of two deliveries has come. */
export const latestDeliveryMs = 12_000;

/** Changes of circulation, which is neither idempotent nor asked again. */
const changes = ['CheckOut', 'CheckIn', 'Renew', 'PlaceHold', 'CancelHold'];

/** Changes the faults of all systems from time to time, until the signal aborts; then there are none. */
export async function makeWeather(
  books: Books,
  random: Random,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<FaultCounts> {
  const counts: FaultCounts = new Map();
  while (!signal.aborted) {
    for (const name of ['prs', 'cms', 'circ'] as const) {
      const { faults } = books.systems[name];
      count(counts, name, books);
      faults.set(draw(name, random, scenario), random.between(0, 0xffff_ffff));
    }
    if (scenario.weather === 'changing' && random.chance(0.08)) {
      await switchOff(books, random, counts, signal);
    }
    await pause(random.between(...scenario.spellMs), signal);
  }
  for (const name of ['prs', 'cms', 'circ'] as const) {
    count(counts, name, books);
    books.systems[name].faults.clear();
  }
  return counts;
}

function count(counts: FaultCounts, name: SystemName, books: Books): void {
  for (const { kind, hits } of books.systems[name].faults.status.faults) {
    counts.set(`${name} ${kind}`, (counts.get(`${name} ${kind}`) ?? 0) + hits);
  }
}

async function switchOff(
  books: Books,
  random: Random,
  counts: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  const name = random.pick(['prs', 'cms', 'circ'] as const);
  counts.set(`${name} off`, (counts.get(`${name} off`) ?? 0) + 1);
  await books.systems[name].stop();
  await pause(random.between(200, 2_500), signal);
  await books.systems[name].start();
}

/** What the scenario says; else none, or up to three kinds at once. */
function draw(name: SystemName, random: Random, scenario: Scenario): readonly FaultRequest[] {
  if (scenario.weather !== 'changing') {
    return scenario.weather[name] ?? [];
  }
  // Circulation is where it matters; with the others down, nothing is asked of it.
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
    ...failing,
  ];
}

/** What lies between holds changes back, for as long as may be reckoned with: its sender's call may have ended by then. */
const heldBack = (random: Random, { callMs }: Scenario): FaultRequest => ({
  kind: 'hold-back',
  rate: random.pick([0.01, 0.03]),
  operations: changes,
  delayMs: random.between(0, callMs + 2_000),
});

/** What lies between delivers changes twice: at once, before the first answer, after it, or when all has been settled. */
function deliveredTwice(random: Random, { callMs, laterLooksMs: [first] }: Scenario): FaultRequest {
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
      // Some are answered late, some done though nobody waits any more, and some dropped.
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
