import type { Books } from '../../../store/journal/port.ts';
import type { CirculationServices } from '../../operations/send-once.ts';

/** What following the feed needs. */
export interface FeedServices extends CirculationServices {
  readonly books: Books;
  /** Told how far behind the reading is, see `FeedFollower.lagMs`; absent where nobody wants to know. */
  readonly reportFeedLag?: (lagMs: number | null) => void;
}
