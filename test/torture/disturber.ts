import { pause } from './pause.ts';
import type { Random } from './random.ts';
import type { Replica } from './replica.ts';
import { longFreezeMs, type Scenario } from './scenario.ts';

export interface Disturbances {
  kills: number;
  freezes: number;
}

/** Kills replicas and starts them again, until the signal aborts; then all that it killed are there again. */
export async function killReplicas(
  replicas: readonly Replica[],
  random: Random,
  { killEveryMs }: Scenario,
  done: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  if (killEveryMs === null) return;
  for (;;) {
    await pause(random.between(...killEveryMs), signal);
    if (signal.aborted) return;
    // All at once, now and then.
    const chosen = random.chance(0.1) ? replicas : [random.pick(replicas)];
    const killed = chosen.filter((replica) => replica.isThere);
    done.kills += killed.length;
    await Promise.all(killed.map((replica) => replica.kill()));
    await pause(random.between(0, 2_000), signal);
    for (const replica of killed) await replica.start();
  }
}

/** Freezes replicas and wakes them, until the signal aborts; then all are awake. */
export async function freezeReplicas(
  replicas: readonly Replica[],
  random: Random,
  scenario: Scenario,
  done: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  const { freezeEveryMs, freezeAt } = scenario;
  if (freezeEveryMs === null) return;
  for (;;) {
    await pause(random.between(...freezeEveryMs), signal);
    if (signal.aborted) return;
    const replica = random.pick(replicas);
    if (!replica.isThere) continue;
    done.freezes += 1;
    if (freezeAt === 'any step') replica.freeze();
    else await replica.freezeAt(freezeAt, signal);
    // Long ones past the settling time, and short ones about the time within which something is sent.
    const isLong = freezeAt !== 'any step' || random.chance(0.6);
    await pause(isLong ? longFreezeMs(scenario) : random.between(200, 4_000), signal);
    await replica.wake();
  }
}
