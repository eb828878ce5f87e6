import { createParser } from 'eventsource-parser';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A subscription as a client sends it. */
export interface SentSubscription {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/** A result of a subscription, or the error with which the stream ends. */
export interface StreamedResult {
  readonly data?: unknown;
  readonly errors?:
    | readonly { readonly message: string; readonly extensions?: { readonly code?: unknown } }[]
    | undefined;
}

/**
 * Opens a stream at a gateway's origin. Yields each result, and reads no more from the connection until the caller wants
 * the next one. So a slow caller fills the buffers up to the gateway. Throws if the connection fails. When the signal
 * aborts, the connection is cut.
 */
export type OpenStream = (
  origin: string,
  subscription: SentSubscription,
  signal: AbortSignal,
) => AsyncGenerator<StreamedResult, void, void>;

/** Server-Sent Events, as a browser's `fetch` reads them. */
async function* overHttp(
  origin: string,
  { query, variables, token }: SentSubscription,
  signal: AbortSignal,
): AsyncGenerator<StreamedResult, void, void> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) {
    throw new Error(`no stream: ${response.status} ${await response.text()}`);
  }
  let arrived: StreamedResult[] = [];
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'next') {
        arrived.push(JSON.parse(data) as StreamedResult);
      }
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const results = arrived;
    arrived = [];
    yield* results;
  }
}

/** A WebSocket that may be cut before it is open: it then tells an error that nobody else listens to. */
class CutWebSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on('error', () => undefined);
  }
}

/** The protocol of graphql-ws. */
async function* overWebSocket(
  origin: string,
  { query, variables, token }: SentSubscription,
  signal: AbortSignal,
): AsyncGenerator<StreamedResult, void, void> {
  let socket: WebSocket | null = null;
  const client = createClient({
    url: `${origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: CutWebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: {
      connected(connected) {
        socket = connected instanceof WebSocket ? connected : null;
      },
    },
  });
  const cut = () => client.terminate();
  signal.addEventListener('abort', cut, { once: true });
  try {
    for await (const result of client.iterate({ query, variables })) {
      (socket as WebSocket | null)?.pause();
      yield result;
      (socket as WebSocket | null)?.resume();
    }
  } finally {
    signal.removeEventListener('abort', cut);
    client.terminate();
  }
}

/** The protocol of the subscriber at a place. */
export const protocolOf = (place: number): OpenStream => (place % 2 === 0 ? overHttp : overWebSocket);
