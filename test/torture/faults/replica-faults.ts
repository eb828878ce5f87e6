import type { ClockStep, LegacyStep } from '../history.ts';
import { pause, repeatedly } from '../pause.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import type { Replica } from '../system/replica.ts';

/** The disturbances of the replicas and of all clocks so far. */
export interface Disturbances {
  kills: number;
  freezes: number;
  /** The steps of the database's clock. */
  jumps: ClockStep[];
  /** The number of steps of the replicas' clocks. */
  processSteps: number;
  /** The steps of the legacy systems' clocks. */
  legacySteps: LegacyStep[];
}

/**
 * Kills replicas and starts them again until the signal aborts. When the promise resolves, all replicas are running.
 */
export function killReplicas(
  replicas: readonly Replica[],
  random: Random,
  { killEveryMs }: Scenario,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(killEveryMs, random, signal, async () => {
    // Sometimes all replicas are killed at once.
    const chosen = random.chance(0.1) ? replicas : [random.pick(replicas)];
    const killed = chosen.filter((replica) => replica.isAvailable);
    disturbances.kills += killed.length;
    await Promise.all(killed.map((replica) => replica.kill()));
    await pause(random.between(0, 2_000), signal);
    for (const replica of killed) {
      await replica.start();
    }
  });
}

/** Freezes replicas and resumes them until the signal aborts. When the promise resolves, no replica is frozen. */
export function freezeReplicas(
  replicas: readonly Replica[],
  random: Random,
  { freezeEveryMs, freezeMs, freezeAt }: Scenario,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(freezeEveryMs, random, signal, async () => {
    const replica = random.pick(replicas);
    if (!replica.isAvailable) {
      return;
    }
    disturbances.freezes += 1;
    if (freezeAt === 'any step') {
      replica.freeze();
    } else {
      const { frozen } = await replica.freezeAt(freezeAt, signal);
      await frozen;
    }
    await pause(random.between(...random.pick(freezeMs)), signal);
    await replica.resume();
  });
}
