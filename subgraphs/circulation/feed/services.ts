import type { Books } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';
import type { CirculationServices } from '../../operations/send-once.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

export interface FeedServices extends CirculationServices {
  readonly books: Books;
  readonly observer: ServiceObserver;
  readonly log: ProcessLog;
}
