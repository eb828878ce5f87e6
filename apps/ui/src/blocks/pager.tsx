import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { Button } from './button.tsx';
import { Table, type TableProps } from './table.tsx';

export interface Pages {
  /** The cursor after which the page begins; undefined on the first page. */
  readonly after: string | undefined;
  /** The variable `after` of the operation. Spread it among the operation's other variables. */
  readonly variables: { readonly after?: string };
  /** The page's number, from 1. */
  readonly number: number;
  next(endCursor: string): void;
  previous(): void;
  /** Goes back to the first page, for example after a change that has removed entries. */
  first(): void;
}

/**
 * The pages of a connection. A user can go forwards from the first page, and back through the pages already seen.
 *
 * @param list identifies the list, such as a search; a different list begins at its first page
 */
export function usePages(list = ''): Pages {
  const [{ cursors, of }, setWay] = useState<{ readonly cursors: readonly string[]; readonly of: string }>({
    cursors: [],
    of: list,
  });
  const way = of === list ? cursors : [];
  const next = useCallback(
    (endCursor: string) =>
      setWay((before) => {
        const cursors = before.of === list ? before.cursors : [];
        // The current page stays on the screen until the next one is read. A second press in this time has the same
        // `endCursor`, and must not skip a page.
        return { of: list, cursors: cursors.at(-1) === endCursor ? cursors : [...cursors, endCursor] };
      }),
    [list],
  );
  const previous = useCallback(
    () => setWay((before) => ({ of: list, cursors: before.of === list ? before.cursors.slice(0, -1) : [] })),
    [list],
  );
  const first = useCallback(() => setWay({ of: list, cursors: [] }), [list]);
  const after = way.at(-1);
  return {
    after,
    variables: after === undefined ? {} : { after },
    number: way.length + 1,
    first,
    next,
    previous,
  };
}

interface PagerProps<Edge> {
  readonly pages: Pages;
  readonly connection: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges?: readonly Edge[];
    readonly totalCount?: number;
  };
}

/**
 * Buttons for the next and the previous page. A page can be empty although more pages follow, if all its entries are
 * outdated.
 */
export function Pager({ pages, connection }: PagerProps<unknown>): ReactNode {
  const texts = useTexts(uiTexts);
  const { pageInfo, edges, totalCount } = connection;
  const { hasNextPage, endCursor } = pageInfo;
  // A pager that was shown is never hidden again, because one of its buttons may have the focus.
  const hasPages = useRef(false);
  hasPages.current ||= pages.number > 1 || hasNextPage;
  if (!hasPages.current) {
    return null;
  }
  const isFirst = pages.number === 1;
  const isLast = !hasNextPage || endCursor === null;
  return (
    <nav className="pager" aria-label={texts.pages}>
      {edges?.length === 0 && hasNextPage && <p>{texts.emptyPage}</p>}
      {/* `aria-disabled` keeps the focus on the button at the first and the last page. */}
      <Button aria-disabled={isFirst || undefined} onClick={isFirst ? undefined : pages.previous}>
        {texts.previous}
      </Button>
      <span aria-live="polite">
        {texts.page(pages.number)}
        {totalCount !== undefined && ` · ${texts.total(totalCount)}`}
      </span>
      <Button
        aria-disabled={isLast || undefined}
        onClick={() => {
          if (!isLast) {
            pages.next(endCursor);
          }
        }}
      >
        {texts.next}
      </Button>
    </nav>
  );
}

type PagedTableProps<Row> = Omit<TableProps<Row>, 'rows'> & PagerProps<{ readonly node: Row }>;

/** One page of a connection as a table, with its pager. */
export const PagedTable = <Row,>({ pages, connection, ...table }: PagedTableProps<Row>): ReactNode => (
  <>
    <Table {...table} rows={(connection.edges ?? []).map(({ node }) => node)} />
    <Pager pages={pages} connection={connection} />
  </>
);
