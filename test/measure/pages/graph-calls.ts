/** What pages ask of the graph, and which calls of the library's systems that costs, as the explanation of each answer has it. */
import type { BrowserContext, Route } from 'playwright-core';

export interface Asked {
  /** Names of the operations, in the order in which they were asked. */
  readonly operations: readonly string[];
  /** How often each operation of a system was called. */
  readonly calls: ReadonlyMap<string, number>;
}

export interface GraphCalls {
  /** What was asked since the last time, once nothing is asked any more. */
  take(): Promise<Asked>;
}

interface Explanation {
  readonly operation: { readonly name: string | null };
  readonly fetches: readonly {
    readonly soapCalls: readonly { readonly operation: string; readonly calls: number }[];
  }[];
}

/** The view has drawn what it was answered, and asks for nothing more. */
const quietMs = 400;

/**
 * Has the graph explain each answer to a page: requests to `/staff/graphql` go to the graph itself, with a token of the development
 * issuer, because the page's server passes no such header on.
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
  return {
    async take() {
      // What has just been opened may not have asked yet.
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
