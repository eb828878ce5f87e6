import type { PostgresDatabase, PostgresPower } from '../support/postgres.ts';
import type { Scenario } from './scenario.ts';
import type { Subscribers } from './subscribers/run-subscribers.ts';
import type { DatabaseClock } from './system/database-clock.ts';
import type { LegacyRecords } from './system/legacy-records.ts';
import type { Replica } from './system/replica.ts';
import type { Sip2Edge } from './system/sip2-edge.ts';
import type { ClientLog } from './workload/client.ts';
import type { PatronGroup } from './workload/patron-groups.ts';

/** The objects that all actors of a run share. */
export interface RunContext {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly records: LegacyRecords;
  readonly replicas: readonly Replica[];
  /** The processes of *patrons*, through which staff suspend patrons, close records and erase patrons. */
  readonly clerks: readonly Replica[];
  /** The processes of *credentials*, through which staff merge records. They also close merged records. */
  readonly mergers: readonly Replica[];
  readonly groups: readonly PatronGroup[];
  /** Null if no station uses SIP2. */
  readonly sip2: Sip2Edge | null;
  /** Null if nobody follows the log of changes. */
  readonly subscribers: Subscribers | null;
  readonly database: PostgresDatabase;
  /** Control over PostgreSQL; null if this process has not started it. */
  readonly power: PostgresPower | null;
  readonly log: ClientLog;
  readonly databaseClock: DatabaseClock;
  /** Replaces the earlier program in all replicas that still run it, one after the other. */
  readonly upgrade: () => Promise<void>;
  /** Called from time to time with the number of requested operations. */
  readonly progress: (operations: number) => void;
}
