import { pause, repeatedly } from '../pause.ts';
import type { Random } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import type { Disturbances } from './replica-faults.ts';

/** How long PostgreSQL is stopped, in ms. */
const stoppedMs = [0, 2_000] as const;

/**
 * Stops PostgreSQL as a failure of its machine does, or cuts half of its connections, again and again until the signal
 * aborts. When the promise resolves, it is running. Without power over the server, only connections are cut.
 */
export function disturbDatabase(
  { scenario, database, power }: RunContext,
  random: Random,
  disturbances: Disturbances,
  signal: AbortSignal,
): Promise<void> {
  return repeatedly(scenario.databaseEveryMs, random, signal, async () => {
    if (power !== null && random.chance(0.5)) {
      const from = Date.now();
      await power.stop();
      await pause(random.between(...stoppedMs), signal);
      await power.start();
      disturbances.outages.push({ from, until: Date.now() });
    } else {
      const cut = await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5`,
      );
      disturbances.cutConnections += cut.length;
    }
  });
}
