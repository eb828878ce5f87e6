import type { Books, CardEvents, Findings, Journal, Suspects } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';
import type { PatronReading } from '../../operations/books/read-patrons.ts';
import type { ChangeTimes } from '../../operations/change-times.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

/**
 * What is needed to compare the three systems, patron by patron. The ports have the call class `background`, so its
 * share of the connections limits the speed.
 */
export interface PatronBooksServices extends PatronReading {
  readonly journal: Journal;
  readonly books: Books;
  readonly findings: Findings;
  readonly cardEvents: CardEvents;
  readonly suspects: Suspects;
  readonly times: ChangeTimes;
  /** A monotonic clock, in ms. */
  readonly monotonic: () => number;
  readonly observer: Pick<ServiceObserver, 'watchTable'>;
  readonly log: ProcessLog;
}
