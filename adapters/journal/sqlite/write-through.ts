import { JournalUnavailable } from '../port.ts';

/** Tells when what has been written is on the disk, to many with one sync. */
export interface WriteThrough extends AsyncDisposable {
  /**
   * Resolves when a sync has ended that began after this was called: whoever calls while one is under way shares the next.
   * Rejects with `JournalUnavailable` where that failed, or one before it.
   */
  wait(): Promise<void>;
  /** @throws JournalUnavailable once a sync has failed. */
  check(): void;
}

/**
 * Over `sync`, which resolves when all is on the disk that had been written when it was called; one call at a time. Disposed
 * of once nobody comes any more, it waits until nobody waits.
 *
 * A sync that fails is the last. The kernel may have dropped what it could not write, and would call the next sync of the
 * same file a success.
 */
export function writeThrough(sync: () => Promise<void>): WriteThrough {
  let failure: JournalUnavailable | null = null;
  /** The sync that is under way, or has been; or one that is still to begin after it. */
  let last: Promise<void> = Promise.resolve();
  /** Still to begin. Left as it is by a failure, so that nothing begins after that. */
  let next: Promise<void> | null = null;

  async function begin(): Promise<void> {
    next = null;
    try {
      await sync();
    } catch (error) {
      const reason = error instanceof Error ? error.message : typeof error;
      failure = new JournalUnavailable(
        `journal: what was written may not have reached the disk, and nothing more is until this process is started anew: ${reason}`,
        { cause: error },
      );
      throw failure;
    }
  }

  return {
    wait() {
      if (next === null) {
        next = last.then(begin);
        last = next;
      }
      return next;
    },
    check() {
      if (failure !== null) {
        throw failure;
      }
    },
    async [Symbol.asyncDispose]() {
      // Those who wait are told how it ended.
      await Promise.allSettled([last]);
    },
  };
}
