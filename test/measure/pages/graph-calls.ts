/**
 * Records the operations that pages send to the graph, and the resulting calls of the library's systems. Both come from
 * the explanation in each answer.
 */
import type { BrowserContext, Route } from 'playwright-core';

export interface Asked {
  /** The names of the operations, in the order of the requests. */
  readonly operations: readonly string[];
  /** The number of calls of each operation of a system. */
  readonly calls: ReadonlyMap<string, number>;
}

export interface GraphCalls {
  /** Waits until no request is pending. Resolves to the operations and calls since the last `take`. */
  take(): Promise<Asked>;
}

interface Explanation {
  readonly operation: { readonly name: string | null };
  readonly fetches: readonly {
    readonly soapCalls: readonly { readonly operation: string; readonly calls: number }[];
  }[];
}

/** If there is no request for this time, in ms, the view has been drawn and asks for nothing more. */
const quietMs = 400;

/**
 * Makes the graph explain each answer to a page. Requests to `/staff/graphql` go to the graph itself, with a token of
 * the development issuer, because the page's server does not forward the header for explanations.
 *
 * @param token for each request
 */
export async function explainCalls(
  context: BrowserContext,
  graphUrl: string,
  token: () => Promise<string>,
): Promise<GraphCalls> {
  let operations: string[] = [];
  let calls = new Map<string, number>();
  let underWay = 0;
  let lastAt = 0;
  const answer = async (route: Route): Promise<void> => {
    underWay += 1;
    try {
      const request = route.request();
      const response = await fetch(graphUrl, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json',
          'content-type': 'application/json',
          authorization: `Bearer ${await token()}`,
          'patron-graph-explain': '1',
        },
        body: request.postData(),
      });
      const body = await response.text();
      const { extensions } = JSON.parse(body) as { readonly extensions?: { readonly explain?: Explanation } };
      if (extensions?.explain === undefined) {
        throw new Error(`the graph explains nothing: ${body.slice(0, 500)}`);
      }
      note(extensions.explain);
      await route.fulfill({
        status: response.status,
        contentType: 'application/graphql-response+json',
        body,
      });
    } finally {
      underWay -= 1;
      lastAt = Date.now();
    }
  };
  const note = ({ operation, fetches }: Explanation): void => {
    operations.push(operation.name ?? '?');
    for (const { operation: name, calls: count } of fetches.flatMap(({ soapCalls }) => soapCalls)) {
      calls.set(name, (calls.get(name) ?? 0) + count);
    }
  };
  await context.route('**/staff/graphql', answer);
  // A cursor belongs to its caller. The page's session can't follow those of the token: it would read each list again.
  await context.route('**/staff/live', () => {});
  return {
    async take() {
      // A page that was just opened may not have sent its request yet.
      lastAt = Date.now();
      while (underWay > 0 || Date.now() - lastAt < quietMs) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const asked = { operations, calls };
      operations = [];
      calls = new Map();
      return asked;
    },
  };
}
