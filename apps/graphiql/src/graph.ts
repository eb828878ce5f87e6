import type { GraphiQLProvider } from '@graphiql/react';
import { type DocumentNode, getOperationAST, parse } from 'graphql';
import type { ComponentProps } from 'react';
import type { Explanation } from './explanation.ts';

type Fetcher = ComponentProps<typeof GraphiQLProvider>['fetcher'];

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: { readonly explain?: Explanation };
}

/** The operation with which GraphiQL asks for the schema: nobody wants to see how it was answered. */
const introspection = 'IntrospectionQuery';

/**
 * The name to send. GraphiQL knows the name a moment after it is typed: who runs the text at once still has the old one, which the
 * gateway would not find.
 */
function nameIn(query: string, operationName: string | null | undefined): string | undefined {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    // The gateway says what is wrong with the text.
    return;
  }
  return getOperationAST(document, operationName)?.name?.value;
}

/**
 * Sends operations to the gateway, and asks it to explain each. What it explains is handed over (null: nothing), and taken out of the
 * answer, which is then what any other client gets.
 */
export function createFetcher(
  authorization: () => Promise<Readonly<Record<string, string>>>,
  onExplained: (explanation: Explanation | null) => void,
): Fetcher {
  return async ({ query, variables, operationName }, { headers } = {}) => {
    const isExplained = operationName !== introspection;
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(isExplained && { 'patron-graph-explain': '1' }),
        ...(await authorization()),
        ...headers,
      },
      body: JSON.stringify({ query, variables, operationName: nameIn(query, operationName) }),
    }).catch(() => {
      throw new Error('The gateway can’t be reached.');
    });
    const { extensions: { explain = null, ...more } = {}, ...answer } = (await response.json()) as Answer;
    if (isExplained) {
      onExplained(explain);
    }
    return { ...answer, ...(Object.keys(more).length > 0 && { extensions: more }) } as Awaited<
      ReturnType<Fetcher>
    >;
  };
}
