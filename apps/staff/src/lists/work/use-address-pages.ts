import type { Pages } from '@patron-graph/ui';
import { useSearchParameters } from '@patron-graph/ui';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type Address, textIn } from '../address.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /**
     * The cursors of the pages before this one, without the first page. They are stored in the page's entry of the
     * browser's history.
     */
    readonly cursorsBefore?: readonly string[];
  }
}

interface PageSearch {
  readonly after?: string | undefined;
  readonly page?: string | undefined;
}

const readPage = ({ after, page }: Address): PageSearch =>
  textIn(after) === undefined ? {} : { after: textIn(after), page: textIn(page) };

/**
 * The pages of the list in the open view, kept in its address: `?after=<cursor>&page=3`. Each page is an entry of the
 * browser's history. After a link to a page, the earlier pages are unknown, and `previous` goes to the first page.
 */
export function useAddressPages(): Pages {
  const [{ after, page }] = useSearchParameters(readPage);
  const before = useLocation({ select: ({ state }) => state.cursorsBefore }) ?? [];
  const navigate = useNavigate();
  const number = after === undefined ? 1 : Math.max(2, Math.trunc(Number(page)) || 2);
  const open = (cursor: string | undefined, count: number, cursorsBefore: readonly string[]): void =>
    void navigate({
      to: '.',
      search: (search: object) => ({ ...search, after: cursor, page: cursor && String(count) }),
      state: (state) => ({ ...state, cursorsBefore }),
    });
  return {
    after,
    variables: after === undefined ? {} : { after },
    number,
    next(endCursor) {
      // The current page stays on the screen until the next one is read. A second press in this time has the same
      // `endCursor`, and must not skip a page.
      if (endCursor !== after) {
        open(endCursor, number + 1, after === undefined ? [] : [...before, after]);
      }
    },
    previous: () => {
      const cursor = before.at(-1);
      open(cursor, cursor === undefined ? 1 : number - 1, before.slice(0, -1));
    },
    first: () => open(undefined, 1, []),
  };
}
