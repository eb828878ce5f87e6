import type { PostgresDatabase } from '../support/postgres.ts';
import type { Scenario } from './scenario.ts';
import type { Books } from './system/legacy-records.ts';
import type { Replica } from './system/replica.ts';
import type { ClientLog } from './workload/client.ts';
import type { Cast } from './workload/patron-groups.ts';

/** What everybody in a run has to do with. */
export interface Stage {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly books: Books;
  readonly replicas: readonly Replica[];
  readonly casts: readonly Cast[];
  readonly log: ClientLog;
  readonly database: PostgresDatabase;
  readonly progress: (operations: number) => void;
}
