import { createGraph, type Graph } from '@patron-graph/kit';

/**
 * The time limit for an answer, in ms. The time is longer than the gateway's limit of 12 s, so that the gateway's own
 * error arrives first.
 */
const timeoutMs = 15_000;

/**
 * A client of the graph for this station. `onDoubt` is called if the station may have been revoked, or if the library
 * can't be reached.
 */
export function stationGraph(csrfToken: string, language: string, onDoubt: () => void): Graph {
  return createGraph({
    url: '/station/graphql',
    language,
    timeoutMs,
    async fetch(input, init) {
      const headers = new Headers(init?.headers);
      headers.set('x-csrf-token', csrfToken);
      try {
        const response = await globalThis.fetch(input, { ...init, headers });
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
