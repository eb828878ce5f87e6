import { join } from 'node:path';
import { legacyEnv } from '../../support/services/environment.ts';
import { root as sourceRoot } from '../../support/services/source-tree.ts';
import type { DropTimes } from '../faults/drop-times.ts';
import { isDebugged, type Scenario } from '../scenario.ts';
import type { LegacyRecords } from './legacy-records.ts';
import type { ReplicaSettings } from './replica.ts';

/** The inputs of all processes of a run. */
export interface ProcessInputs {
  readonly scenario: Scenario;
  /** The URL of the database, perhaps through PgBouncer. */
  readonly databaseUrl: string;
  readonly records: LegacyRecords;
}

export const sharedSecret = 'what the replicas of a run share';

/** The variables of every subgraph. */
export const environmentOf = (
  { databaseUrl, scenario, records: { systems } }: ProcessInputs,
  dropAfterMs: number,
) => ({
  SUBGRAPH_SECRET: sharedSecret,
  JOURNAL_SECRET: sharedSecret,
  DATABASE_URL: databaseUrl,
  LOG_LEVEL: 'warn',
  ...legacyEnv(systems),
  LEGACY_LIMITS: `deadlineMs=${scenario.callMs}`,
  ALLOW_SIMULATOR_TIMES: `gapsFillMs=${scenario.gapsFillMs} laterChecksMs=${scenario.laterChecksMs.join()}`,
  CIRC_DROP_AFTER_MS: String(dropAfterMs),
});

/** `root` returns the source tree of the next start. */
export function replicaSettings(
  inputs: ProcessInputs,
  dropTimes: DropTimes,
  { clock, subgraph, root }: Pick<ReplicaSettings, 'clock' | 'subgraph' | 'root'>,
): ReplicaSettings {
  const environmentWith = (dropAfterMs: number) => ({
    ...environmentOf(inputs, dropAfterMs),
    ...clock?.environment,
    ...(isDebugged(inputs.scenario) && { NODE_OPTIONS: '--inspect=127.0.0.1:0' }),
    BRANCHES_FILE: join(sourceRoot, 'simulators/branches.json'),
  });
  return {
    ...{ root, subgraph, clock },
    secret: sharedSecret,
    environment: () => environmentWith(dropTimes.next()),
    refusedEnvironment() {
      const tooSmallMs = subgraph === 'circulation' ? dropTimes.tooSmall() : null;
      return tooSmallMs === null ? null : environmentWith(tooSmallMs);
    },
  };
}
