import type { FollowedBooks } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import type { FeedServices } from './services.ts';

/**
 * Decides when no place may be reserved, because operations may exist that the database does not have. There are three
 * reasons:
 *
 * - The server was started, perhaps with a backup of its data. Places are closed until the feed was read to its end,
 *   which takes seconds.
 * - The database was restored or promoted. Then places are also closed until the settling time has passed. After that
 *   time, no request of a lost operation is still on its way.
 * - An effect is foreign: its operation is not in this database. The operation was lost, or another database is also in
 *   use, such as a former primary that was not stopped. Places are closed until no foreign effect was seen for the
 *   settling time.
 *
 * Each wait begins again when the server is started or replaced once more (`FeedLease.generation`).
 */
export class UnsafePlaces {
  readonly #services: FeedServices;
  #generation: string | null = null;
  /**
   * The time of the last reason not to reserve places for the settling time, by the monotonic clock. Null if there is
   * none.
   */
  #closedAtMs: number | null = null;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  /** Whether no place may be reserved, as far as this process knows. */
  areClosed = false;

  /**
   * Must be called when another process follows the feed, because that process may see reasons that this one doesn't.
   */
  forget(): void {
    this.#generation = null;
    this.#closedAtMs = null;
    this.areClosed = false;
  }

  /**
   * Notes the state of the database. Returns true if its server was replaced or started since the last call. Everything
   * must then be read again.
   */
  notice({ lease: { generation }, isRestored, isStarted }: FollowedBooks): boolean {
    const { monotonic, log } = this.#services;
    const isNew = generation !== this.#generation;
    this.#generation = generation;
    this.areClosed = isRestored || isStarted;
    if (isNew || !isRestored) {
      this.#closedAtMs = null;
    }
    if (isRestored && this.#closedAtMs === null) {
      this.#closedAtMs = monotonic();
      log.error(
        {},
        'ALARM: the database was restored or promoted: no place is reserved until it is compared',
      );
    }
    if (isNew && isStarted) {
      log.warn({}, 'the database server was started: no place is reserved until it is compared');
    }
    return isNew;
  }

  /**
   * Stops all processes from reserving places. Must be called for each effect in circulation whose operation this
   * database does not have.
   */
  async foreignEffect(): Promise<void> {
    const { books, log, monotonic } = this.#services;
    await books.closePlaces();
    this.areClosed = true;
    if (this.#closedAtMs === null) {
      log.error(
        {},
        'ALARM: the database was restored or promoted, or another one is in use, too: no place is reserved until no more of its changes are seen',
      );
    }
    this.#closedAtMs = monotonic();
  }

  /** Must be called when everything up to the end of the feed has been compared. */
  async caughtUp({ lease, isRestored, isStarted }: FollowedBooks): Promise<void> {
    const { books, times, monotonic, log } = this.#services;
    if (isStarted) {
      await books.confirmCompared(lease);
    }
    const waitMs = times.sendWithinMs + settlingMs(times);
    if (isRestored && this.#closedAtMs !== null && monotonic() - this.#closedAtMs >= waitMs) {
      await books.reopenPlaces(lease);
      log.warn({}, 'the restored database was compared with circulation: places are reserved again');
    }
  }
}
