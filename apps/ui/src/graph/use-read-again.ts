import { useEffect } from 'react';
import type { QueryResult } from './use-query.ts';

/**
 * Reads an answer again and again while `isWanted` is true, for data whose changes no subscription reports. A hidden
 * tab doesn't read. Don't leave `isWanted` true without a limit, because each reading calls the graph.
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
