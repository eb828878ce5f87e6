import type { Pages, QueryResult } from '@patron-graph/ui';
import { useRef } from 'react';

/**
 * The page to show of a list whose first page comes with the patron, and whose later pages are asked for one by one. The page that
 * was shown last stays until another one is read, so that the focus stays on the pager, and a page that fails leaves a way back.
 *
 * @param first replaces what is shown whenever `pages` is at its beginning, so nothing of another patron is kept
 * @param later the answer about the page that begins after `pages.after`; not used on the first page
 * @param connectionOf null where the answer came without the list
 */
export function useListPage<Data, Connection>(
  first: Connection,
  pages: Pages,
  later: QueryResult<Data>,
  connectionOf: (data: Data) => Connection | null | undefined,
): QueryResult<Connection> {
  const shown = useRef(first);
  if (pages.after === undefined) {
    shown.current = first;
    return { state: 'answered', data: first, missing: [], error: null, reload: later.reload };
  }
  shown.current = (later.data === null ? null : connectionOf(later.data)) ?? shown.current;
  return { ...later, data: shown.current };
}
