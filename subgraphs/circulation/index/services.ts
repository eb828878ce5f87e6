import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement, Credential } from '../../../adapters/credentials/port.ts';
import type { Patron, PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { CardReading, IndexDatabase } from '../../../store/index/port.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

/** One page of patrons, as the crawl of the index has read them. */
export interface CrawledPatrons {
  readonly patrons: readonly Patron[];
  readonly cards: readonly Credential[];
  readonly readings: readonly CardReading[];
}

/**
 * What is needed to build the index. The ports have the call class `background`, so its share of the connections limits
 * the speed.
 */
export interface IndexServices {
  readonly index: IndexDatabase;
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  /** A monotonic clock, in ms. */
  readonly monotonic: () => number;
  readonly log: ProcessLog;
  /** Called with each page that the crawl has read and saved. Never rejects. */
  readonly crawled?: (read: CrawledPatrons) => Promise<void>;
  /** Called when new applications and loss reports begin to be read, and when all of them are saved. Never throws. */
  readonly applicationsPolled?: (what: 'began' | 'ended') => void;
}
