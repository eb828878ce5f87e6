import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { Attempts } from '../../../adapters/journal/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { CirculationServices } from '../../operations/send-once.ts';

/** The dependencies of every lending operation: the three systems, the ledger of operations, and the clock. */
export interface LendingServices extends CirculationServices {
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly attempts: Attempts;
}
