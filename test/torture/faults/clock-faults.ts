import { coreSystemIds } from '../../../platform/systems.ts';
import { repeatedly } from '../pause.ts';
import type { Random } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import type { Disturbances } from './replica-faults.ts';

/** The largest offset of the database's clock, in ms. */
const maxOffsetMs = 2 * 3_600_000;

/** Steps the database's clock again and again until the signal aborts, in the directions of the scenario. */
export function stepDatabaseClock(
  { databaseClock, scenario: { jumpEveryMs, jumpMs } }: RunContext,
  random: Random,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(jumpEveryMs, random, signal, async () => {
    const drawnMs = random.between(...random.pick(jumpMs));
    const isTooFar = Math.abs(databaseClock.offsetMs + drawnMs) > maxOffsetMs;
    const byMs = isTooFar ? -drawnMs : drawnMs;
    await databaseClock.stepTo(databaseClock.offsetMs + byMs);
    disturbances.jumps.push({ at: Date.now(), byMs });
  });
}

/**
 * Kills all replicas, puts the database's clock right, and starts the replicas again. So everything that they had noted
 * with the wrong clock, such as a lease, lies in the future or the past.
 */
export async function crashAndPutClockRight(
  { databaseClock, replicas }: RunContext,
  disturbances: Disturbances,
): Promise<void> {
  const running = replicas.filter(({ isAvailable }) => isAvailable);
  disturbances.kills += running.length;
  await Promise.all(running.map((replica) => replica.kill()));
  const byMs = -databaseClock.offsetMs;
  await databaseClock.stepTo(0);
  disturbances.jumps.push({ at: Date.now(), byMs });
  for (const replica of running) {
    await replica.start();
  }
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * The offsets of a replica's clock. With the small offsets the replica still accepts signed callers. With the large
 * offsets it refuses them, and only its background work continues.
 */
const processOffsetsMs = [0, 0, 3_000, -3_000, 10 * minuteMs, -10 * minuteMs] as const;

/**
 * The offsets of each system's clock. Card management accepts security headers of the last five minutes. So it works
 * only as long as its clock and a replica's clock differ by less.
 */
const legacyOffsetsMs = {
  prs: [0, 40 * hourMs, -40 * hourMs],
  cms: [0, 2 * minuteMs, -2 * minuteMs],
  circ: [0, 20_000, -20_000, minuteMs, -minuteMs, hourMs, -hourMs],
} as const;

/** Steps the clock of a legacy system. */
export function stepLegacyClock(
  { records: { systems } }: RunContext,
  system: keyof typeof legacyOffsetsMs,
  offsetMs: number,
  disturbances: Disturbances,
): void {
  const byMs = offsetMs - systems[system].clockOffsetMs;
  systems[system].clockOffsetMs = offsetMs;
  disturbances.legacySteps.push({ system, at: Date.now(), byMs });
}

/**
 * Steps the clocks of replicas and legacy systems, each by itself, until the signal aborts. When the promise resolves,
 * all of these clocks are right.
 */
export async function stepOtherClocks(
  context: RunContext,
  random: Random,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  const { records, replicas, scenario } = context;
  if (scenario.stepEveryMs === null) {
    return;
  }
  await repeatedly(scenario.stepEveryMs, random, signal, async () => {
    if (random.chance(0.5)) {
      const system = random.pick(coreSystemIds);
      stepLegacyClock(context, system, random.pick<number>(legacyOffsetsMs[system]), disturbances);
      return;
    }
    if (random.pick(replicas).stepClockTo(random.pick<number>(processOffsetsMs))) {
      disturbances.processSteps += 1;
    }
  });
  for (const system of coreSystemIds) {
    if (records.systems[system].clockOffsetMs !== 0) {
      stepLegacyClock(context, system, 0, disturbances);
    }
  }
  for (const replica of replicas) {
    replica.stepClockTo(0);
  }
}
