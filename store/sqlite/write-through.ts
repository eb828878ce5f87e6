import { StoreUnavailable } from '../store-unavailable.ts';

/** Group commit: waits until everything written is on the disk, with one sync for many waiting callers. */
export interface WriteThrough extends AsyncDisposable {
  /**
   * Resolves after a sync that began after this call. Calls during a sync share the next one. Rejects with
   * `StoreUnavailable` if that sync or an earlier one failed.
   */
  wait(): Promise<void>;
  /** @throws StoreUnavailable if an earlier sync has failed. */
  check(): void;
}

/**
 * Group commit over `sync`, which resolves when everything written before its call is on the disk. Only one `sync` runs
 * at a time. Disposing waits for the last sync. After that, `wait` must not be called.
 *
 * After a failed sync, no other sync begins. The kernel may have dropped data that it could not write, and would report
 * the next sync of the same file as a success.
 *
 * @example
 * // Four commits, two syncs:
 * // commit A, wait()  sync 1 begins
 * // commit B, wait()  sync 1 is under way and may miss B: waits for sync 2
 * // commit C, wait()  shares sync 2
 * // commit D, wait()  shares sync 2
 * // sync 1 ends       A resolves; sync 2 begins
 * // sync 2 ends       B, C and D resolve together: three commits, one fsync
 */
export function writeThrough(sync: () => Promise<void>): WriteThrough {
  let failure: StoreUnavailable | null = null;
  /** The latest sync: scheduled, under way or finished. */
  let lastSync: Promise<void> = Promise.resolve();
  /** The sync that is scheduled but has not begun. After a failure it is never replaced, so that no other sync begins. */
  let nextSync: Promise<void> | null = null;

  async function begin(): Promise<void> {
    nextSync = null;
    try {
      await sync();
    } catch (error) {
      const reason = error instanceof Error ? error.message : typeof error;
      failure = new StoreUnavailable(
        `journal: what was written may not have reached the disk, and no more is written until this process is restarted: ${reason}`,
        { cause: error },
      );
      throw failure;
    }
  }

  return {
    wait() {
      if (nextSync === null) {
        nextSync = lastSync.then(begin);
        lastSync = nextSync;
      }
      return nextSync;
    },
    check() {
      if (failure !== null) {
        throw failure;
      }
    },
    async [Symbol.asyncDispose]() {
      // An error is ignored here, because each caller that waits for a sync gets the error itself.
      await Promise.allSettled([lastSync]);
    },
  };
}
