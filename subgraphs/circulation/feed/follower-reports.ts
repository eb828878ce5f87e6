import { isUnavailable, reportFailure } from '../../runtime/errors.ts';
import type { FeedPage } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/** If a failure repeats because a system or the journal is unavailable, it is logged at most once in this time, in ms. */
const logFailureEveryMs = 60_000;
/** The follower may be this far behind the end of the feed, in ms. A longer lag is logged once a minute. */
const maxLagMs = 30_000;
const logLagEveryMs = 60_000;

/** Logs what happens to the follower of the feed, and measures how far it is behind (its lag). */
export class FollowerReports {
  readonly #services: Pick<FeedServices, 'journal' | 'log' | 'monotonic' | 'observer'>;
  #failureLogged = { message: '', atMs: Number.NEGATIVE_INFINITY };
  #lagLoggedAtMs = Number.NEGATIVE_INFINITY;
  #hasWarnedOfKind = false;
  /** The time by which this process is behind the end of the feed, in ms. Null while another process follows the feed. */
  lagMs: number | null = null;

  constructor(services: FeedServices) {
    this.#services = services;
  }

  tellLag(lagMs: number | null): void {
    this.lagMs = lagMs;
    const { observer } = this.#services;
    observer.feedLagged?.(lagMs);
    if (lagMs === null) {
      observer.circulationClockMeasured?.(null);
    }
  }

  /** @param aheadMs the time by which circulation's clock is ahead of the journal's, in ms */
  async measureLag({ events, isLast }: FeedPage, aheadMs: number): Promise<void> {
    const { journal, log, monotonic } = this.#services;
    const newest = events.at(-1);
    if (isLast || newest === undefined) {
      this.tellLag(0);
      return;
    }
    const newestAtMs = new Date(newest.at).getTime() - aheadMs;
    const lagMs = Math.max(0, (await journal.now()).getTime() - newestAtMs);
    this.tellLag(lagMs);
    if (lagMs > maxLagMs && monotonic() - this.#lagLoggedAtMs >= logLagEveryMs) {
      this.#lagLoggedAtMs = monotonic();
      log.warn({ lagMs, sequence: newest.sequence }, 'the feed of events is behind: it is catching up');
    }
  }

  /**
   * Warns of an event of an unknown kind. The warning is logged only once in the life of the process, because many may
   * follow.
   */
  warnOfUnknownKind({ events }: FeedPage): void {
    const unknown = events.find(({ kind }) => kind === 'OTHER');
    if (unknown !== undefined && !this.#hasWarnedOfKind) {
      this.#hasWarnedOfKind = true;
      const { sequence } = unknown;
      this.#services.log.warn(
        { sequence },
        'the feed has an event of a kind that this program does not know',
      );
    }
  }

  /** Logs a failure. If a system or the journal stays unavailable, the failure is logged once a minute. */
  failed(error: unknown): void {
    const { log, monotonic } = this.#services;
    if (isUnavailable(error)) {
      const { message, atMs } = this.#failureLogged;
      if (error.message === message && monotonic() - atMs < logFailureEveryMs) {
        return;
      }
      this.#failureLogged = { message: error.message, atMs: monotonic() };
    }
    reportFailure(log, error, 'the feed of events could not be followed');
  }
}
