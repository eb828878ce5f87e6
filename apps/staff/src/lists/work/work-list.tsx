import './work-list.css';
import type { MissingValue, TypedDocumentNode } from '@patron-graph/kit';
import {
  askOf,
  Button,
  Loaded,
  Missing,
  Pager,
  type Pages,
  type QueryResult,
  Table,
  useGraph,
  useLanguage,
  useQueryOf,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { inFile, type ListColumn, onPage } from './columns.tsx';
import { type ListPage, readRows } from './read-rows.ts';
import { type ReadAll, SaveRows } from './save-rows.tsx';
import { listTexts } from './texts.ts';
import { useAddressPages } from './use-address-pages.ts';

export interface List<Data, Page, Edge> {
  readonly answer: QueryResult<Data>;
  /** The page that is shown; null until the first page is read. */
  readonly page: Page | null;
  readonly pages: Pages;
  readonly readAll: ReadAll<Edge>;
  pageIn(data: Data): (Page & ListPage<Edge>) | null | undefined;
}

/**
 * Reads one page of a list, according to the address of the view. Reads all rows of the list on request.
 *
 * @param variablesOf returns the operation's variables, including the variables of the page
 * @param pageIn returns the list in an answer
 */
export function useList<Data, Variables extends object, Edge, Page>(
  document: TypedDocumentNode<Data, Variables>,
  variablesOf: (page: { readonly after?: string }) => Variables,
  pageIn: (data: Data) => (Page & ListPage<Edge>) | null | undefined,
): List<Data, Page, Edge> {
  const graph = useGraph();
  const pages = useAddressPages();
  const answer = useQueryOf(document, variablesOf(pages.variables));
  return {
    answer,
    pages,
    pageIn,
    page: answer.data === null ? null : (pageIn(answer.data) ?? null),
    readAll: (options) =>
      readRows(
        (after) =>
          askOf<Data, Variables>(graph)(document, variablesOf(after === undefined ? {} : { after }), {
            signal: options.signal,
          }),
        pageIn,
        options,
      ),
  };
}

interface WorkListProps<Data, Page, Edge> {
  readonly list: List<Data, Page, Edge>;
  readonly title: string;
  /** The name of the CSV file, in ASCII, without its extension. */
  readonly name: string;
  readonly hint?: string;
  readonly filters?: ReactNode;
  readonly columns: readonly ListColumn<NoInfer<Edge>>[];
  keyOf(edge: NoInfer<Edge>): string;
  readonly empty: string;
  /** Reorders the rows of a page. */
  arrange?(edges: readonly NoInfer<Edge>[]): readonly NoInfer<Edge>[];
  /** Renders a message if the list could not be read. The default message names the reason. */
  unread?(at: MissingValue | undefined): ReactNode;
  above?(page: NoInfer<Page>): ReactNode;
  below?(page: NoInfer<Page>): ReactNode;
}

/** A work list: its filters, the number of rows, one page of rows, and a button to save all rows as a file. */
export function WorkList<Data, Page, Edge>(props: WorkListProps<Data, Page, Edge>): ReactNode {
  const { list, title, hint, filters, unread = (at) => <Missing at={at} /> } = props;
  return (
    <section className="card" aria-label={title}>
      {hint !== undefined && <p className="quiet">{hint}</p>}
      {filters !== undefined && <div className="row">{filters}</div>}
      <Loaded answer={list.answer}>
        {(data, missing) => {
          const page = list.pageIn(data);
          return page == null ? (
            unread(missing.find(({ path }) => path.length < 2))
          ) : (
            <OnePage {...props} page={page} />
          );
        }}
      </Loaded>
    </section>
  );
}

function OnePage<Data, Page, Edge>({
  list: { answer, pages, readAll },
  page,
  title,
  name,
  columns,
  keyOf,
  empty,
  arrange = (edges) => edges,
  above,
  below,
}: WorkListProps<Data, Page, Edge> & { readonly page: Page & ListPage<Edge> }): ReactNode {
  const texts = useTexts(listTexts);
  const { language } = useLanguage();
  const { edges, pageInfo, totalCount } = page;
  return (
    <>
      <div className="actions list-bar">
        {totalCount != null && totalCount > 0 && <strong>{texts.total(totalCount)}</strong>}
        {edges.length > 0 && (
          <>
            <Button onClick={() => window.print()}>{texts.print}</Button>
            <SaveRows
              key={answer.subject}
              fileName={name}
              columns={inFile(columns, language, texts.patronNumber)}
              readAll={readAll}
            />
          </>
        )}
      </div>
      {above?.(page)}
      <Table
        caption={title}
        hidesCaption
        rows={arrange(edges)}
        keyOf={keyOf}
        empty={pageInfo.hasNextPage ? '' : empty}
        columns={onPage(columns, language)}
      />
      <Pager pages={pages} connection={{ edges, pageInfo }} />
      {below?.(page)}
    </>
  );
}
