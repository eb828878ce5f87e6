import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import { Bulkhead, type Turn } from '../../platform/priority/bulkhead.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { inSpan, traceHeaders } from '../../platform/telemetry/spans.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import { createConnector } from '../../platform/tls/connector.ts';
import { GraphBusy } from './graph-busy.ts';
import { parseJson } from './parse-json.ts';

export type Language = 'en' | 'zh-Hant';

/** A document with one operation, and the schema that its data must match. */
export interface GraphOperation<Data> {
  readonly document: string;
  readonly data: z.ZodType<Data>;
}

export interface GraphError {
  readonly path: readonly (string | number)[];
  readonly code: string;
  /** Whether only this caller has too many requests under way. The graph could still answer other callers. */
  readonly isOwnExcess: boolean;
}

export interface GraphAnswer<Data> {
  /** Null if the graph returned no data. A field that is null because of an error has its path in `errors`. */
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
}

export interface GraphRequest {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly language: Language;
  /** How urgent the call is. Some connections are reserved for the more urgent classes. */
  readonly callClass: CallClass;
  /** A key of the person or the machine on whose behalf the edge calls. The callers of one class are served in turn. */
  readonly caller: string;
  /**
   * Whether the edge itself delays its answer to the client, so that the duration doesn't tell whether a number or PIN
   * was right (R28). If false, which is the default, the gateway delays its answer instead.
   */
  readonly hasOwnFloor?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Sends operations to the graph, with the request id and the trace of the client request being served.
 * @throws GraphBusy at once if too many calls wait
 * @throws Error if no answer comes in time, or if the answer isn't the graph's. The message quotes nothing of the request
 * (R30).
 */
export interface GraphClient {
  ask<Data>(operation: GraphOperation<Data>, request: GraphRequest): Promise<GraphAnswer<Data>>;
}

/** A GraphQL request of a page, as it arrived. */
export interface RelayedRequest {
  readonly body: Buffer;
  /** Null for an anonymous caller. */
  readonly token: string | null;
  /** The browser's `Accept-Language`; null if the browser sent none. */
  readonly language: string | null;
  /** The header `Access-Reason` of the page's request: why staff open a record. Null if the page sent none. */
  readonly accessReason: string | null;
  /** The browser's address. If the gateway trusts this server as a proxy, it counts requests by this address. */
  readonly address: string;
  readonly requestId: string;
  readonly callClass: CallClass;
  /** As in `GraphRequest`. */
  readonly caller: string;
  readonly signal: AbortSignal;
}

export interface RelayedAnswer {
  readonly status: number;
  /** Only the headers that a page needs. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Forwards requests, with their bodies unchanged.
 * @throws GraphBusy at once if too many calls wait
 * @throws Error if no answer comes in time
 */
export interface GraphRelay {
  relay(request: RelayedRequest): Promise<RelayedAnswer>;
}

/** This header makes the gateway send every answer at once, even an answer whose duration could reveal a secret. */
const ownFloorHeader = 'patron-graph-own-floor';

const relayedHeaders = ['content-type', 'retry-after', requestIdHeader];

const answerShape = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string(), lack: z.unknown().optional() }),
      }),
    )
    .default([]),
});

/** The gateway's largest answer, in bytes: `maxAnswerBytes` in `gateway/limits.ts`. */
export const maxAnswerBytes = 4 * 1024 * 1024;

const connectTimeoutMs = 2_000;

/**
 * The maximum number of connections. Anonymous callers can use 24 of them (`Bulkhead`). An anonymous mutation may take
 * seconds, and desks and stations must not wait behind it.
 */
const maxConnections = 64;
/** The maximum number of waiting calls. Each waits in memory with its body of up to 64 kB. */
const maxWaiting = 128;

export const operationName = ({ document }: GraphOperation<unknown>): string =>
  /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? '';

/** A client of the graph at `url`, which ends with `/graphql`. `tls` is null for Node's defaults. */
export function createHttpGraphClient(
  url: URL,
  tls: ClientTls | null,
): GraphClient & GraphRelay & AsyncDisposable {
  const pool = new Pool(url.origin, {
    connections: maxConnections,
    maxResponseSize: maxAnswerBytes,
    connect: createConnector(tls, connectTimeoutMs),
  });
  const post = withinBulkhead((headers, body, signal) =>
    pool.request({ method: 'POST', path: url.pathname, headers, body, signal }),
  );
  return {
    async ask(operation, { variables, token, language, callClass, caller, hasOwnFloor = false, signal }) {
      return await inSpan({ name: `ask ${operationName(operation)}`, kind: 'client' }, async () => {
        const headers = {
          ...traceHeaders(),
          [requestIdHeader]: requestIds().reqId,
          'content-type': 'application/json',
          accept: 'application/json',
          'accept-language': language,
          authorization: `Bearer ${token}`,
          [ownFloorHeader]: hasOwnFloor ? '1' : undefined,
        };
        const body = JSON.stringify({ query: operation.document, variables });
        const answer = await post({ headers, body, turn: { callClass, caller }, signal });
        return readAnswer(operation, answer.status, answer.body.toString());
      });
    },
    async relay(request) {
      const { body, token, language, accessReason, address, requestId, callClass, caller, signal } = request;
      return await inSpan({ name: 'relay', kind: 'client' }, async () => {
        const headers = {
          ...traceHeaders(),
          [requestIdHeader]: requestId,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          'x-forwarded-for': address,
          'accept-language': language ?? undefined,
          'access-reason': accessReason ?? undefined,
          authorization: token === null ? undefined : `Bearer ${token}`,
        };
        const answer = await post({ headers, body, turn: { callClass, caller }, signal });
        const relayed = relayedHeaders.flatMap((name) => {
          const value = answer.headers[name];
          return typeof value === 'string' ? [[name, value] as const] : [];
        });
        return { status: answer.status, headers: Object.fromEntries(relayed), body: answer.body };
      });
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

interface Posted {
  /** undici leaves out headers that are undefined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Buffer;
  readonly turn: Turn;
  readonly signal: AbortSignal;
}

interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request as soon as the bulkhead gives a connection to it. An aborted call leaves the queue at once. */
function withinBulkhead(
  send: (
    headers: Posted['headers'],
    body: Posted['body'],
    signal: AbortSignal,
  ) => Promise<Dispatcher.ResponseData>,
): (posted: Posted) => Promise<PostAnswer> {
  const turns = new Bulkhead(maxConnections, maxWaiting, {
    full: (callClass) => new GraphBusy(callClass, 'class'),
    overShare: (callClass) => new GraphBusy(callClass, 'caller'),
    aborted: ({ reason }) => (reason instanceof Error ? reason : new Error('the call was given up')),
  });
  return async ({ headers, body, turn, signal }) => {
    await turns.enter(turn, signal);
    try {
      const response = await send(headers, body, signal);
      return {
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.from(await response.body.arrayBuffer()),
      };
    } finally {
      turns.leave(turn);
    }
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
  const errors = answer.data.errors.map(({ path, extensions: { code, lack } }) => {
    return { path, code, isOwnExcess: code === 'RATE_LIMITED' || lack === 'caller' };
  });
  return { data: data.data, errors };
}
