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

/**
 * The name of the operation with which GraphiQL reads the schema. The page doesn't ask the gateway to explain this
 * operation.
 */
const introspection = 'IntrospectionQuery';

/**
 * The operation name to send. GraphiQL updates its own name a moment after the text is typed. If the user runs the text
 * at once, GraphiQL's name is outdated, and the gateway would find no operation of that name.
 */
function nameIn(query: string, operationName: string | null | undefined): string | undefined {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    // A text that can't be parsed is sent as it is, and the gateway's error says what is wrong with it.
    return;
  }
  return getOperationAST(document, operationName)?.name?.value;
}

/**
 * Sends operations to the gateway, and asks it to explain each one. `onExplained` gets the explanation, or null if
 * there is none. The explanation is removed from the answer, so that users see the answer that any other client gets.
 */
export function createFetcher(
  authorization: () => Promise<Readonly<Record<string, string>>>,
  onExplained: (explanation: Explanation | null) => void,
): Fetcher {
  return async ({ query, variables, operationName }, { headers } = {}) => {
    const isExplained = operationName !== introspection;
    const sent = new Headers({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    });
    if (isExplained) {
      sent.set('patron-graph-explain', '1');
    }
    for (const [name, value] of Object.entries({ ...(await authorization()), ...headers })) {
      sent.set(name, value);
    }
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: sent,
      body: JSON.stringify({ query, variables, operationName: nameIn(query, operationName) }),
    }).catch(() => {
      throw new Error('The gateway can’t be reached.');
    });
    const { extensions: { explain = null, ...more } = {}, ...answer } = (await response.json()) as Answer;
    if (isExplained) {
      onExplained(explain);
    }
    const shown = Object.keys(more).length === 0 ? answer : { ...answer, extensions: more };
    return shown as Awaited<ReturnType<Fetcher>>;
  };
}
