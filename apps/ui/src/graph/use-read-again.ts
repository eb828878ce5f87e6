import { useEffect } from 'react';
import type { QueryResult } from './use-query.ts';

/**
 * Reads an answer again and again while it is wanted, for what no stream of changes tells. A tab that nobody sees doesn't
 * read. Let it be wanted for a bounded time: each reading extends the session.
 *
 * @param everyMs the pause after an answer, in ms
 */
export function useReadAgain(
  { state, reload }: Pick<QueryResult<unknown>, 'state' | 'reload'>,
  isWanted: boolean,
  everyMs: number,
): void {
  const waits = isWanted && (state === 'answered' || state === 'failed');
  useEffect(() => {
    if (!waits) {
      return;
    }
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') {
        reload();
      }
    }, everyMs);
    return () => clearInterval(timer);
  }, [waits, reload, everyMs]);
}
