import { type GraphAnswer, GraphError } from '@patron-graph/kit';

export interface ListPage<Edge> {
  readonly edges: readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number | null;
}

export interface AllRows<Edge> {
  readonly rows: readonly Edge[];
  /** Whether the list has more rows than a file may have. */
  readonly isCut: boolean;
  /** Whether values in these rows could not be read. */
  readonly isPartial: boolean;
}

/** The maximum number of rows in a file: a hundred pages. */
export const maxRows = 10_000;
/** The maximum number of waits for the graph's rate limit while one file is read. A full file needs about ten. */
const maxWaits = 40;
/** The longest wait before the next attempt, in ms. Used if the graph requests a longer wait, or doesn't name one. */
const maxWaitMs = 10_000;

/** The time to wait before the next attempt, in ms, if the graph's rate limit is reached. Null for any other error. */
function waitAfter(error: unknown): number | null {
  if (!(error instanceof GraphError)) {
    return null;
  }
  const limit = error.missing.find(({ code }) => code === 'RATE_LIMITED');
  const asked = limit?.retryAfterMs ?? error.retryAfterMs;
  return limit === undefined ? null : Math.min(asked ?? maxWaitMs, maxWaitMs);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/**
 * Reads the rows of a list, page after page, from its beginning, but at most `maxRows`. When the graph's rate limit is
 * reached, waits as long as the graph requests, but at most `maxWaitMs`.
 *
 * @param ask reads the page after a cursor
 * @param pageIn the page in an answer; null if it could not be read
 * @throws GraphError if a page can't be read (a file without it would look complete), or the signal's reason
 */
export async function readRows<Data, Edge>(
  ask: (after: string | undefined) => Promise<GraphAnswer<Data>>,
  pageIn: (data: Data) => ListPage<Edge> | null | undefined,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (rows: number, total: number | null) => void },
): Promise<AllRows<Edge>> {
  let rows: readonly Edge[] = [];
  let isPartial = false;
  let waits = 0;
  let after: string | undefined;
  for (;;) {
    try {
      const { data, missing } = await ask(after);
      const page = pageIn(data);
      if (page == null) {
        throw new GraphError('the list could not be read', { missing });
      }
      rows = [...rows, ...page.edges];
      isPartial ||= missing.length > 0;
      const { hasNextPage, endCursor } = page.pageInfo;
      if (!hasNextPage || endCursor === null || rows.length >= maxRows) {
        return { rows: rows.slice(0, maxRows), isCut: hasNextPage || rows.length > maxRows, isPartial };
      }
      after = endCursor;
      onProgress(rows.length, page.totalCount);
    } catch (error) {
      const waitMs = waitAfter(error);
      waits += 1;
      if (waitMs === null || waits > maxWaits) {
        throw error;
      }
      await pause(waitMs, signal);
    }
  }
}
