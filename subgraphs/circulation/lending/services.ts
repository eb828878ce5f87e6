import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { AttemptCounts } from '../../operations/attempts/failure-limits.ts';
import type { ProcedureServices } from '../../operations/procedure.ts';
import type { CirculationServices } from '../../operations/send-once.ts';
import type { ChargesLimit } from './charges-limit.ts';

export interface LendingServices extends CirculationServices, ProcedureServices, AttemptCounts {
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  /** Absent if the library has no limit. */
  readonly chargesLimit?: ChargesLimit | undefined;
}
