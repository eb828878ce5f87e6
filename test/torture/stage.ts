import type { PostgresDatabase } from '../support/postgres.ts';
import type { Books } from './books.ts';
import type { Cast } from './cast.ts';
import type { ClientLog } from './client.ts';
import type { Replica } from './replica.ts';
import type { Scenario } from './scenario.ts';

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
