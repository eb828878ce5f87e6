import type { FollowedBooks } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import type { FeedServices } from './services.ts';

/**
 * The times in which no place may be reserved, because the database may have lost operations.
 *
 * A database server may have been started over a backup. So after each start, no place is reserved until the feed was read to
 * its end, which takes seconds. If that shows a lost operation, or the database says that it was restored or promoted, places
 * also wait for the settling time: everything that lost operations had sent has ended by then.
 */
export class UnsafePlaces {
  readonly #services: FeedServices;
  /** When this process learnt that the database was restored, by its monotonic clock. */
  #restoredAtMs: number | null = null;
  #isStarted = false;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  /** Notes what the database says of itself. Returns true if its server was started: everything must be read again then. */
  notice({ isRestored, isStarted }: FollowedBooks): boolean {
    const { monotonic, log } = this.#services;
    if (!isRestored) {
      this.#restoredAtMs = null;
    } else if (this.#restoredAtMs === null) {
      this.#restoredAtMs = monotonic();
      log.error(
        {},
        'ALARM: the database was restored or promoted: no place is reserved until it is compared',
      );
    }
    const isNewStart = isStarted && !this.#isStarted;
    this.#isStarted = isStarted;
    if (isNewStart) {
      log.warn({}, 'the database server was started: no place is reserved until it is compared');
    }
    return isNewStart;
  }

  /** To be called when everything up to the end of the feed has been compared. */
  async caughtUp(follower: string, { isRestored, isStarted }: FollowedBooks): Promise<void> {
    const { books, times, monotonic, log } = this.#services;
    if (isStarted) {
      await books.confirmCompared(follower);
    }
    const waitMs = times.sendWithinMs + settlingMs(times);
    if (isRestored && this.#restoredAtMs !== null && monotonic() - this.#restoredAtMs >= waitMs) {
      await books.reopenPlaces(follower);
      log.warn({}, 'the restored database was compared with circulation: places are reserved again');
    }
  }
}
