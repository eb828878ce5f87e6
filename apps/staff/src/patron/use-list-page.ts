import type { TypedDocumentNode } from '@patron-graph/kit';
import { type Pages, type QueryResult, useQuery } from '@patron-graph/ui';
import { useRef } from 'react';

/**
 * The shown page of a list. The first page comes with the patron, and later pages are read one by one. The current page
 * stays until another page is read. So the focus stays on the pager, and after a failure the user can go back.
 *
 * @param first the first page. It is shown whenever `pages` is at its beginning, so that no data of another patron
 * remains.
 * @param document reads the page after `pages.after`
 * @param connectionOf returns null if the answer lacks the list
 */
export function useListPage<Data, Connection>(
  first: Connection,
  pages: Pages,
  document: TypedDocumentNode<Data, { readonly patronId: string; readonly after: string }>,
  patronId: string,
  connectionOf: (data: Data) => Connection | null | undefined,
): QueryResult<Connection> {
  const { after } = pages;
  const later = useQuery(document, after === undefined ? null : { patronId, after });
  const shown = useRef(first);
  if (after === undefined) {
    shown.current = first;
    return { ...later, state: 'answered', data: first, missing: [], error: null };
  }
  shown.current = (later.data === null ? null : connectionOf(later.data)) ?? shown.current;
  return { ...later, data: shown.current };
}
