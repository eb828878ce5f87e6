import {
  type AskOptions,
  type Graph,
  type GraphAnswer,
  GraphError,
  type MissingValue,
  type TypedDocumentNode,
} from '@patron-graph/kit';
import { useQuery as useCachedQuery } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { useLanguage } from '../language/language.tsx';
import { useGraph } from './graph-provider.tsx';

export interface QueryResult<Data> {
  /** `idle` means that there is no query to send. */
  readonly state: 'idle' | 'loading' | 'answered' | 'failed';
  /**
   * The last data for these variables. While new data is read, and after a failure, this may still be the data of
   * another page of the list, or in another language. Null if there is no data.
   */
  readonly data: Data | null;
  /** The values that are null in `data` because they could not be read. */
  readonly missing: readonly MissingValue[];
  /** Null unless the state is `failed`. */
  readonly error: GraphError | null;
  reload(): void;
  /** Identifies the list. All pages of a list have the same subject, and different lists have different subjects. */
  readonly subject: string;
}

type VariablesOf<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

type NothingToAsk = [nothing: null];

type Ask<Data, Variables> = (
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | null | undefined,
  options: AskOptions,
) => Promise<GraphAnswer<Data>>;

/** Calls `graph.ask` in generic code, where the compiler doesn't know whether the operation has variables. */
export const askOf = <Data, Variables>(graph: Graph): Ask<Data, Variables> =>
  graph.ask as Ask<Data, Variables>;

const choosesPage: ReadonlySet<string> = new Set(['first', 'after', 'last', 'before']);

/**
 * The variables as text, without the variables that choose a page. If this text changes, the old data must not be shown,
 * because it may be of another person or search.
 */
const subjectOf = (variables: object | null | undefined): string =>
  JSON.stringify(Object.entries(variables ?? {}).filter(([name]) => !choosesPage.has(name)));

/** The delay between two readings of a list that the library is still building, in ms. */
const indexPauseMs = 5_000;
/**
 * The maximum number of automatic readings of a list that is still being built. With the delays, they take five
 * minutes. A computer that nobody uses must not read for hours.
 */
const maxIndexReadings = 60;

/**
 * Whether a value is missing because the library's index is still being built. False if only the list's total is
 * missing. The list is then not read again, because each reading is audited as access to the records of everybody on
 * it.
 */
const isBeingBuilt = ({
  data,
  error,
}: {
  readonly data: Pick<GraphAnswer<unknown>, 'missing'> | undefined;
  readonly error: unknown;
}): boolean =>
  [...(data?.missing ?? []), ...(error instanceof GraphError ? error.missing : [])].some(
    ({ code, path }) => code === 'INDEX_NOT_READY' && path.at(-1) !== 'totalCount',
  );

/** The name of the document's operation. All operations of a page have different names. */
export const nameOf = ({ definitions }: TypedDocumentNode<unknown, never>): string =>
  definitions.flatMap((definition) =>
    definition.kind === 'OperationDefinition' ? [definition.name?.value ?? ''] : [],
  )[0] ?? '';

/**
 * The graph's answer to an operation, through TanStack Query. The query is sent at once, and again whenever the variables
 * or the language change. Components with the same query share one request. A request is cancelled when no component
 * needs it any more. An earlier answer is shown while the query is sent again, for example after going back to a list.
 *
 * During a `reload`, the last data stays. The last data also stays while another page of a list or another language is
 * read, and after a failure. So typed text and the focus are kept. With other variables, there is no data until the
 * answer comes. If the variables are null, no query is sent, and no data is kept.
 */
export const useQuery = <Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  ...[variables]: VariablesOf<Variables> | NothingToAsk
): QueryResult<Data> => useQueryOf(document, variables);

/** `useQuery` in generic code, where the compiler doesn't know whether the operation has variables. */
export function useQueryOf<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  asked: Variables | null | undefined,
): QueryResult<Data> {
  const graph = useGraph();
  const { language } = useLanguage();
  const { data, error, isFetching, refetch } = useCachedQuery({
    queryKey: [nameOf(document), language, asked ?? null],
    queryFn: async ({ signal }) => await askOf<Data, Variables>(graph)(document, asked, { signal }),
    enabled: asked !== null,
    // While the library builds its index, the list is read again and again, so that it shows the progress.
    refetchInterval: ({ state }) =>
      isBeingBuilt(state) && state.dataUpdateCount + state.errorUpdateCount < maxIndexReadings
        ? indexPauseMs
        : false,
  });
  const subject = subjectOf(asked);
  const kept = useRef<{ readonly subject: string; readonly answer: GraphAnswer<Data> } | null>(null);
  if (data !== undefined) {
    kept.current = { subject, answer: data };
  }
  const reload = useCallback(() => void refetch(), [refetch]);
  if (asked === null) {
    kept.current = null;
    return { state: 'idle', data: null, missing: [], error: null, reload, subject };
  }
  const answer = kept.current?.subject === subject ? kept.current.answer : null;
  const shown = { data: answer?.data ?? null, missing: answer?.missing ?? [], reload, subject };
  if (isFetching) {
    return { state: 'loading', error: null, ...shown };
  }
  return error === null
    ? { state: data === undefined ? 'loading' : 'answered', error: null, ...shown }
    : { state: 'failed', error: asGraphError(error), ...shown };
}

/** Wraps an error of the page itself, so that it is handled like a failed request. */
export const asGraphError = (error: unknown): GraphError =>
  error instanceof GraphError ? error : new GraphError('the page could not ask', { cause: error, status: 0 });
