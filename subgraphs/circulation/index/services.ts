import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { IndexDatabase } from '../../../store/index/port.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

/**
 * What building the index needs. The ports are those of the class `background`, whose share of the connections sets the pace.
 */
export interface IndexServices {
  readonly index: IndexDatabase;
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  /** Milliseconds since any fixed moment. It never goes back. */
  readonly monotonic: () => number;
  readonly log: ProcessLog;
}
