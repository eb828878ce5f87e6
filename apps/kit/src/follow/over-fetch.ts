/**
 * Streams by GraphQL over Server-Sent Events, in the mode of distinct connections (graphql-sse, PROTOCOL.md), over
 * `fetch`.
 *
 * The client of graphql-sse is not used. That client ignores heartbeats, so it can't detect a dead connection, and it
 * stores unread events without a limit.
 */
import { createParser } from 'eventsource-parser';
import { type AnswerBody, GraphError, type GraphOptions, refusalOf } from '../graph.ts';
import type { StreamResult, StreamTransport } from './transport.ts';

export interface OverFetchOptions extends Pick<GraphOptions, 'url' | 'language' | 'fetch'> {
  /**
   * Returns the caller's access token, or null for a session with a cookie. Called before each subscription. If
   * `isTokenRefused` is true, the last token was refused or has expired, so return another one.
   */
  token?(state: { readonly isTokenRefused: boolean }): string | null | Promise<string | null>;
  /** Other headers of each request, such as a CSRF token. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function overFetch({
  url,
  token = () => null,
  language,
  headers: others = {},
  fetch: send = globalThis.fetch,
}: OverFetchOptions): StreamTransport {
  return {
    async open(request, reader, { signal, isTokenRefused }) {
      const headers = new Headers({
        ...others,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      });
      const bearer = await token({ isTokenRefused });
      if (bearer !== null) {
        headers.set('authorization', `Bearer ${bearer}`);
      }
      if (language !== undefined) {
        headers.set('accept-language', language);
      }
      const { query, variables } = request;
      const body = JSON.stringify({ query, variables });
      const response = await send(url, { method: 'POST', headers, body, signal });
      if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const refusal = (await response.json().catch(() => null)) as AnswerBody<unknown> | null;
        throw refusalOf(response, refusal?.errors);
      }
      const arrived: SentEvent[] = [];
      const parser = createParser({
        onEvent: ({ event, data }) => arrived.push({ isEnd: event === 'complete', data }),
        // If an event is longer, `feed` throws.
        maxBufferSize: maxEventCharacters,
      });
      const bytes = response.body.getReader();
      try {
        const decoder = new TextDecoder();
        for (;;) {
          const { done, value } = await bytes.read();
          if (done) {
            throw new GraphError('the connection was cut', {});
          }
          reader.heard();
          parser.feed(decoder.decode(value, { stream: true }));
          for (const { isEnd, data } of arrived.splice(0)) {
            if (isEnd) {
              return;
            }
            await reader.next(JSON.parse(data) as StreamResult);
          }
        }
      } finally {
        await bytes.cancel().catch(() => undefined);
      }
    },
  };
}

interface SentEvent {
  readonly isEnd: boolean;
  readonly data: string;
}

/** The maximum length of an event, in characters. An answer of the graph has at most 4 MiB. */
const maxEventCharacters = 8 * 1024 * 1024;
