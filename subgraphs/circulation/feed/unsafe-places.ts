import type { FollowedBooks } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import type { FeedServices } from './services.ts';

/**
 * Decides when no place may be reserved, because the database may have lost operations.
 *
 * The database server may have been started with a backup of its data. So after each start, no place is reserved until
 * the feed is read to its end, which takes seconds. If the feed shows a lost operation, or if the database reports that
 * it was restored or promoted, no place is reserved during the settling time either. After that time, no request of a
 * lost operation is still on its way.
 */
export class UnsafePlaces {
  readonly #services: FeedServices;
  /** The time at which this process learnt that the database was restored, by its monotonic clock. */
  #restoredAtMs: number | null = null;
  #isStarted = false;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  /**
   * Notes the state of the database. Returns true if this call is the first to show a start of the database server.
   * Everything must then be read again.
   */
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

  /** Must be called when everything up to the end of the feed has been compared. */
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
