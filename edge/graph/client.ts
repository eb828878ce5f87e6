/** How other protocols reach the graph: as a client with a token, like any other. */
import { Pool } from 'undici';
import { z } from 'zod';
import { requestIdHeader } from '../../adapters/lifecycle/request-id.ts';
import { requestIds } from '../../adapters/telemetry/request-scope.ts';
import { inSpan, traceHeaders } from '../../adapters/telemetry/spans.ts';
import type { ClientTls } from '../../adapters/tls/client.ts';
import { createConnector } from '../../adapters/tls/connector.ts';

export type Language = 'en' | 'zh-Hant';

/** A document with one operation, and what its data must look like. */
export interface GraphOperation<Data> {
  readonly document: string;
  readonly data: z.ZodType<Data>;
}

export interface GraphError {
  readonly path: readonly (string | number)[];
  readonly code: string;
}

export interface GraphAnswer<Data> {
  /** Null where nothing could be answered. A field in it that is null for an error has that error's path. */
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
}

export interface GraphRequest {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/**
 * The request of the edge's own client that it is done for gives its id and its trace.
 * @throws Error where there is no answer in time, or none of the graph's. It says nothing of what was asked (R30).
 */
export interface GraphClient {
  ask<Data>(operation: GraphOperation<Data>, request: GraphRequest): Promise<GraphAnswer<Data>>;
}

/** A request of a page, as it came. */
export interface RelayedRequest {
  /** A GraphQL request over HTTP, as JSON. */
  readonly body: Buffer;
  /** Null for what is open to everybody. */
  readonly token: string | null;
  /** The browser's `Accept-Language`; null where it sent none. */
  readonly language: string | null;
  /** Where it came from, for the gateway to count by: it believes this of the proxies that it trusts. */
  readonly address: string;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export interface RelayedAnswer {
  readonly status: number;
  /** Those that matter to a page. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Passes requests on as they are. @throws Error where there is no answer in time. */
export interface GraphRelay {
  relay(request: RelayedRequest): Promise<RelayedAnswer>;
}

const relayedHeaders = ['content-type', 'retry-after', requestIdHeader];

const answerShape = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string() }),
      }),
    )
    .default([]),
});

/** An answer is some kilobytes long. A longer one is not the graph's. */
const maxAnswerBytes = 1_000_000;

const connectTimeoutMs = 2_000;

/** The name that a document gives its operation. */
export const operationName = ({ document }: GraphOperation<unknown>): string =>
  /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? '';

/** A client of the graph at `url`, which ends with `/graphql`. `tls`: null for TLS as Node has it. */
export function createHttpGraphClient(
  url: URL,
  tls: ClientTls | null,
): GraphClient & GraphRelay & AsyncDisposable {
  const pool = new Pool(url.origin, {
    connections: 64,
    maxResponseSize: maxAnswerBytes,
    connect: createConnector(tls, connectTimeoutMs),
  });
  return {
    async ask(operation, { variables, token, language, signal }) {
      return await inSpan({ name: `ask ${operationName(operation)}`, kind: 'client' }, async () => {
        const { reqId } = requestIds();
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: url.pathname,
          headers: {
            ...traceHeaders(),
            ...(reqId !== undefined && { [requestIdHeader]: reqId }),
            'content-type': 'application/json',
            accept: 'application/json',
            'accept-language': language,
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ query: operation.document, variables }),
          signal,
        });
        return readAnswer(operation, statusCode, await body.text());
      });
    },
    async relay({ body, token, language, address, requestId, signal }) {
      return await inSpan({ name: 'relay', kind: 'client' }, async () => {
        const { statusCode, headers, ...answer } = await pool.request({
          method: 'POST',
          path: url.pathname,
          headers: {
            ...traceHeaders(),
            [requestIdHeader]: requestId,
            'content-type': 'application/json',
            accept: 'application/graphql-response+json',
            'x-forwarded-for': address,
            ...(language !== null && { 'accept-language': language }),
            ...(token !== null && { authorization: `Bearer ${token}` }),
          },
          ...{ body, signal },
        });
        const relayed = relayedHeaders.flatMap((name) => {
          const value = headers[name];
          return typeof value === 'string' ? [[name, value] as const] : [];
        });
        return {
          status: statusCode,
          headers: Object.fromEntries(relayed),
          body: Buffer.from(await answer.body.arrayBuffer()),
        };
      });
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function readAnswer<Data>(
  { data: dataShape }: GraphOperation<Data>,
  status: number,
  text: string,
): GraphAnswer<Data> {
  const answer = answerShape.safeParse(parseJson(text));
  const data = dataShape.nullable().safeParse(answer.data?.data ?? null);
  if (!answer.success || !data.success) {
    throw new Error(`the graph's answer, with status ${status}, has another form than its schema`);
  }
  const errors = answer.data.errors.map(({ path, extensions }) => ({ path, code: extensions.code }));
  return { data: data.data, errors };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
