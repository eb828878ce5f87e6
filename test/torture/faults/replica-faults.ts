import type { ClockStep, Interval, LegacyStep } from '../history.ts';
import { pause, repeatedly } from '../pause.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import type { Replica } from '../system/replica.ts';

/** A process that can be killed, and started again at the same address. */
export interface Killable {
  /** Whether the process is neither dead nor frozen. */
  readonly isAvailable: boolean;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** The disturbances of the replicas and of all clocks so far. */
export interface Disturbances {
  kills: number;
  freezes: number;
  /** The steps of the database's clock. */
  jumps: ClockStep[];
  /** The number of steps of the replicas' clocks. */
  processSteps: number;
  /** The intervals in which PostgreSQL was down, and how often connections to it were cut. */
  outages: Interval[];
  cutConnections: number;
  /** The steps of the legacy systems' clocks. */
  legacySteps: LegacyStep[];
}

/**
 * Kills processes and starts them again until the signal aborts. When the promise resolves, all of them are running.
 */
export function killInTurn(
  processes: readonly Killable[],
  random: Random,
  { killEveryMs }: Pick<Scenario, 'killEveryMs'>,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(killEveryMs, random, signal, async () => {
    // Sometimes all are killed at once.
    const chosen = random.chance(0.1) ? processes : [random.pick(processes)];
    const killed = chosen.filter((one) => one.isAvailable);
    disturbances.kills += killed.length;
    await Promise.all(killed.map((one) => one.kill()));
    await pause(random.between(0, 2_000), signal);
    for (const one of killed) {
      await one.start();
    }
  });
}

/** Freezes replicas and resumes them until the signal aborts. When the promise resolves, no replica is frozen. */
export function freezeReplicas(
  replicas: readonly Replica[],
  random: Random,
  { freezeEveryMs, freezeMs, freezeAt }: Pick<Scenario, 'freezeEveryMs' | 'freezeMs' | 'freezeAt'>,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(freezeEveryMs, random, signal, async () => {
    const available = replicas.filter(({ isAvailable }) => isAvailable);
    if (available.length === 0) {
      return;
    }
    const replica = random.pick(available);
    disturbances.freezes += 1;
    if (freezeAt === 'anywhere') {
      replica.freeze();
    } else {
      const { frozen } = await replica.freezeAt(freezeAt, signal);
      await frozen;
    }
    await pause(random.between(...random.pick(freezeMs)), signal);
    await replica.resume();
  });
}
