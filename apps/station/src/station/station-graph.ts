import { createGraph, type Graph } from '@patron-graph/kit';

/**
 * The time limit for an answer, in ms. The time is longer than the gateway's limit of 12 s, so that the gateway's own
 * error arrives first.
 */
const timeoutMs = 15_000;

const url = '/station/graphql';

const fetchAs =
  (csrfToken: string): typeof globalThis.fetch =>
  async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-csrf-token', csrfToken);
    return await globalThis.fetch(input, { ...init, headers });
  };

/**
 * A client for data that the station can do without. It never reloads the page: while an older server answers, the page
 * would reload endlessly.
 */
export const dispensableGraph = (csrfToken: string, language: string): Graph =>
  createGraph({ url, language, timeoutMs, fetch: fetchAs(csrfToken) });

/**
 * A client of the graph for this station. `onDoubt` is called if the station may have been revoked, or if the library
 * can't be reached.
 */
export function stationGraph(csrfToken: string, language: string, onDoubt: () => void): Graph {
  const send = fetchAs(csrfToken);
  return createGraph({
    url,
    language,
    timeoutMs,
    async fetch(input, init) {
      try {
        const response = await send(input, init);
        if (response.status === 401 || response.status === 403) {
          onDoubt();
        }
        if (response.status === 400 && (await isOutdated(response.clone()))) {
          // The server didn't run the operation, because it has a newer page with other operations. A reload gets the
          // newer page.
          window.location.reload();
        }
        return response;
      } catch (error) {
        onDoubt();
        throw error;
      }
    },
  });
}

/** Whether the server has a newer page than this one, with other operations. */
async function isOutdated(response: Response): Promise<boolean> {
  return (await response.text()).includes('QUERY_NOT_IN_SAFELIST');
}
