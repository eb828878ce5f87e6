import type { LogPage } from '../../../store/journal/port.ts';

/**
 * The end of the log, as one process reads it, for any number of streams. It reads the log twice a second while somebody
 * waits, once for all, and at once when `wake` is called. Each stream keeps only its position, so a slow stream loses
 * nothing: it asks for what follows its position when it is ready.
 *
 * @example
 * let { generation, newest: position } = await tail.state();
 * while (!signal.aborted) {
 *   const page = await tail.next(generation, position, signal);
 *   if (page.isGone) { throw expired(); }
 *   for (const row of page.rows) { … position = row.number; }
 * }
 */
export interface LogTail extends AsyncDisposable {
  /**
   * The rows after a position of a generation, 1 to 500. Waits until there is one. The rows come from memory if they are
   * recent, and otherwise from the database. `isGone`, without rows, if the generation is another one now, or if the
   * position was removed. Rejects with `StoreUnavailable` if the log can't be read for ten seconds, and with the
   * signal's reason when it is aborted.
   */
  next(generation: string, after: number, signal: AbortSignal): Promise<LogPage>;
  /** Reads the log at once, because rows may have been numbered. The follower's process calls it after each numbering. */
  wake(): void;
}
