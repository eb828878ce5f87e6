import type { FollowedBooks } from '../../../store/journal/port.ts';
import { settlingMs } from '../../operations/change-times.ts';
import type { FeedServices } from './services.ts';

/**
 * Decides when no place may be reserved. If the database lacks operations, their places are not counted. There are
 * three reasons to expect this:
 *
 * - The database server was started, perhaps with a backup of its data. Places are reserved again when the feed has
 *   been read to its end, which takes seconds.
 * - The database was restored or promoted. Places are reserved again when the settling time has passed, too. After that
 *   time, no request of a lost operation is still on its way.
 * - An event in circulation has the id of an operation that is not in this database. The operation was lost, or another
 *   database is also in use, such as a former primary that was not stopped. Places are reserved again when the settling
 *   time has passed without another event of this kind.
 *
 * Each wait begins again when the server is started or replaced once more (`FeedLease.generation`).
 */
export class UnsafePlaces {
  readonly #services: FeedServices;
  #generation: string | null = null;
  /** When the wait for the settling time last began, by the monotonic clock. Null if there is no reason to wait. */
  #closedAtMs: number | null = null;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  /** Whether no place may be reserved, according to what this process has seen. */
  areClosed = false;

  /** Must be called when another process follows the feed. That process may see reasons that this one doesn't. */
  forget(): void {
    this.#generation = null;
    this.#closedAtMs = null;
    this.areClosed = false;
  }

  /**
   * Takes the state of the database into account. Returns true if its server was replaced or started since the last
   * call. Everything must then be read again.
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
   * Stops all processes from reserving places. Must be called for each event that has the id of an operation which is
   * not in this database.
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

  /**
   * Must be called when all events up to the end of the feed were compared. Lets processes reserve places again if no
   * reason against it is left.
   */
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
