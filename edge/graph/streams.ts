/** Subscriptions of pages to the graph, over GraphQL over Server-Sent Events (docs/streams.md). */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import { createConnector } from '../../platform/tls/connector.ts';
import { maxAnswerBytes, type RelayedRequest } from './client.ts';
import { parseJson } from './parse-json.ts';

export interface StreamRequest extends Omit<RelayedRequest, 'body' | 'callClass' | 'caller'> {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type StreamMessage =
  /** The graph has begun to answer. It may still refuse the subscription. */
  | { readonly kind: 'open' }
  /** `text` is the result as JSON. `cursor` is the event's cursor; null if the result has none. */
  | { readonly kind: 'result'; readonly text: string; readonly cursor: string | null }
  | {
      readonly kind: 'end';
      /**
       * The code of the error that ended the stream. Null if the graph has completed the stream, or if the connection
       * was lost (`isLost`).
       */
      readonly code: string | null;
      readonly isLost: boolean;
      /** The last result, as JSON. It gives the reason for the end. Null if there is none. */
      readonly text: string | null;
      readonly retryAfterMs: number | null;
    };

export type StreamEnd = Extract<StreamMessage, { readonly kind: 'end' }>;

export interface GraphStreams {
  /**
   * Subscribes. The next message is read from the graph only when the caller has taken the previous one. The last message
   * has the kind `end`. Never rejects: a stream that can't be opened ends.
   */
  subscribe(request: StreamRequest): AsyncGenerator<StreamMessage, void, void>;
}

/** The largest event of the graph, in bytes. An event is an answer, so it has the limit of an answer. */
const maxEventBytes = maxAnswerBytes;
const connectTimeoutMs = 2_000;
/** Time for the graph to open a stream, in ms. The same as the time for a relayed request (`relayTimeoutMs`). */
const openingTimeoutMs = 14_000;
/** Time without a byte after which a stream is lost, in ms. The graph sends a heartbeat each 12 s. */
const silenceTimeoutMs = 30_000;

const resultShape = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.looseObject({
        extensions: z.looseObject({ code: z.string(), retryAfterMs: z.number().nullish() }).optional(),
      }),
    )
    .optional(),
});

const lost: StreamEnd = { kind: 'end', code: null, isLost: true, text: null, retryAfterMs: null };

/**
 * A stream keeps its connection for hours. Streams therefore have connections of their own, and requests never wait for
 * a stream's connection. At most `maxStreams` streams are open.
 */
export function createHttpGraphStreams(
  url: URL,
  tls: ClientTls | null,
  maxStreams: number,
): GraphStreams & AsyncDisposable {
  const pool = new Pool(url.origin, {
    connections: maxStreams,
    connect: createConnector(tls, connectTimeoutMs),
    headersTimeout: openingTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
  });
  return {
    async *subscribe(request) {
      try {
        const response = await pool.request({
          method: 'POST',
          path: url.pathname,
          headers: headersOf(request),
          body: JSON.stringify({ query: request.query, variables: request.variables }),
          signal: request.signal,
        });
        yield* messagesOf(response);
      } catch {
        yield lost;
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

const headersOf = ({ token, language, accessReason, address, requestId }: StreamRequest) => ({
  [requestIdHeader]: requestId,
  'content-type': 'application/json',
  accept: 'text/event-stream',
  'x-forwarded-for': address,
  'accept-language': language ?? undefined,
  'access-reason': accessReason ?? undefined,
  authorization: token === null ? undefined : `Bearer ${token}`,
});

async function* messagesOf(response: Dispatcher.ResponseData): AsyncGenerator<StreamMessage, void, void> {
  if (!String(response.headers['content-type']).startsWith('text/event-stream')) {
    yield endWith(await textOf(response.body)) ?? lost;
    return;
  }
  yield { kind: 'open' };
  /** The latest result, if it has an error and no data. If no result follows, its error is the reason for the end. */
  let last: string | null = null;
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'complete') {
      yield (last === null ? null : endWith(last)) ?? { ...lost, isLost: false };
      return;
    }
    if (event === 'next') {
      if (last !== null) {
        yield { kind: 'result', text: last, cursor: null };
      }
      last = endWith(data) === null ? null : data;
      if (last === null) {
        yield { kind: 'result', text: data, cursor: cursorIn(data) };
      }
    }
  }
  yield lost;
}

/** @throws Error if the text is longer than the limit for an event */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxEventBytes) {
      throw new Error(`the answer to a subscription has more than ${maxEventBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function* eventsOf(body: AsyncIterable<Buffer>): AsyncGenerator<EventSourceMessage, void, void> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent: (event) => arrived.push(event),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') {
        throw error;
      }
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
}

/** The end of a stream whose last result is `text`. Null if the result has data, or no error. */
function endWith(text: string): StreamEnd | null {
  const { data: result } = resultShape.safeParse(parseJson(text));
  const error = result?.errors?.[0];
  if (error === undefined || Object.values(result?.data ?? {}).some((value) => value !== null)) {
    return null;
  }
  const { code = null, retryAfterMs = null } = error.extensions ?? {};
  return { kind: 'end', code, isLost: false, text, retryAfterMs: retryAfterMs ?? null };
}

const eventShape = z.object({ data: z.record(z.string(), z.object({ cursor: z.string() })) });

/** The value of the field `cursor` in the subscription's root field. Null if there is none. */
function cursorIn(text: string): string | null {
  const event = eventShape.safeParse(parseJson(text));
  return event.success ? (Object.values(event.data.data)[0]?.cursor ?? null) : null;
}
