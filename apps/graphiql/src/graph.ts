import type { GraphiQLProvider } from '@graphiql/react';
import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  visit,
} from 'graphql';
import { createClient } from 'graphql-sse';
import { meros } from 'meros/browser';
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

/** The body of a request to the gateway. */
interface Sent {
  readonly query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** Null for a text with a syntax error. The text is sent nevertheless, and the gateway reports the error. */
function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

/**
 * The operation to send. Null if the document has no operation with the name that GraphiQL gives. GraphiQL updates the
 * name a moment after the text was typed. An outdated name must not be sent: the gateway would find no operation with
 * it.
 */
const operationIn = (
  document: DocumentNode | null,
  operationName: string | null | undefined,
): OperationDefinitionNode | null =>
  document === null ? null : (getOperationAST(document, operationName) ?? null);

function hasDefer(document: DocumentNode | null): boolean {
  let found = false;
  if (document !== null) {
    visit(document, {
      [Kind.DIRECTIVE]({ name }) {
        found ||= name.value === 'defer';
      },
    });
  }
  return found;
}

/**
 * The accepted formats of an answer to an operation with `@defer`. The first format has several parts, and GraphiQL
 * joins them. In the other formats the answer comes whole.
 */
const partsAccepted =
  'multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json, application/json';
const wholeAccepted = 'application/graphql-response+json, application/json';

/**
 * Sends operations to the gateway, with a request for an explanation. `onExplained` gets the explanation, or null for
 * an answer without one: of a subscription, or with `@defer`. The explanation is removed from the answer, so that users
 * see the answer that any other client gets.
 */
export function createFetcher(
  authorization: () => Promise<Readonly<Record<string, string>>>,
  onExplained: (explanation: Explanation | null) => void,
): Fetcher {
  return async ({ query, variables, operationName }, { headers: own = {} } = {}) => {
    const document = parsed(query);
    const operation = operationIn(document, operationName);
    const name = operation?.name?.value;
    const sent: Sent = { query };
    if (variables) {
      sent.variables = variables;
    }
    if (name !== undefined) {
      sent.operationName = name;
    }
    const headers = async (): Promise<Record<string, string>> => ({ ...(await authorization()), ...own });
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      onExplained(null);
      return createClient({ url: '/graphql', headers, retryAttempts: 0 }).iterate(sent) as Awaited<
        ReturnType<Fetcher>
      >;
    }
    if (hasDefer(document)) {
      onExplained(null);
      const response = await post(sent, { accept: partsAccepted, ...(await headers()) });
      const parts = await meros<object>(response, { multiple: true });
      return (parts instanceof Response ? await parts.json() : bodiesOf(parts)) as Awaited<
        ReturnType<Fetcher>
      >;
    }
    const isExplained = operationName !== introspection;
    const explaining: Record<string, string> = isExplained ? { 'patron-graph-explain': '1' } : {};
    const response = await post(sent, { accept: wholeAccepted, ...explaining, ...(await headers()) });
    const { extensions: { explain = null, ...more } = {}, ...answer } = (await response.json()) as Answer;
    if (isExplained) {
      onExplained(explain);
    }
    const shown = Object.keys(more).length === 0 ? answer : { ...answer, extensions: more };
    return shown as Awaited<ReturnType<Fetcher>>;
  };
}

const post = (sent: Sent, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(sent),
  }).catch(() => {
    throw new Error('The gateway can’t be reached.');
  });

/** The bodies of the parts of an answer. Several parts may arrive at the same time. */
async function* bodiesOf(
  parts: AsyncIterable<readonly { readonly body: object | string }[]>,
): AsyncGenerator<readonly (object | string)[], void> {
  for await (const arrived of parts) {
    yield arrived.map(({ body }) => body);
  }
}
