/** Streams over a WebSocket, with the client of graphql-ws. All streams of a transport share one socket. */
import { GraphError } from '../graph.ts';
import type { AnsweredError } from '../missing.ts';
import {
  endedBy,
  type StreamReader,
  type StreamRequest,
  type StreamResult,
  type StreamTransport,
  silent,
} from './transport.ts';

export interface OverWebSocketOptions {
  /** The endpoint, such as `wss://graph.library.example.org/graphql`. */
  readonly url: string;
  /** The function `createClient` of graphql-ws 6. */
  readonly createClient: (options: SocketOptions) => SocketClient;
  /** A class that replaces the global `WebSocket`, for example the one of `ws`. Node 20 has no global `WebSocket`. */
  readonly webSocketImpl?: unknown;
  /** Returns the caller's access token. Called for each socket. The argument is the same as in `overFetch`. */
  token?(state: { readonly isTokenRefused: boolean }): string | null | Promise<string | null>;
}

/** The options of graphql-ws that are used here. */
export interface SocketOptions {
  readonly url: string;
  readonly webSocketImpl?: unknown;
  readonly connectionParams: () => Promise<Record<string, unknown>>;
  /** graphql-ws itself doesn't reconnect, because `follow` reconnects with the newest cursor. */
  readonly retryAttempts: 0;
  readonly keepAlive: number;
  readonly on: { connected(): void; message(): void; closed(event: unknown): void };
}

/** The methods of a client of graphql-ws that are used here. */
export interface SocketClient {
  subscribe(
    payload: { readonly query: string; readonly variables: Record<string, unknown> },
    sink: { next(result: StreamResult): void; error(error: unknown): void; complete(): void },
  ): () => void;
  /** Closes the socket without waiting for the server. */
  terminate(): void;
}

/**
 * The time from the answer to a ping until the next ping, in ms. The answers to the pings are the heartbeats of a
 * socket without events.
 */
const pingMs = 10_000;
/** The close code of a socket whose token has expired or was refused. */
const forbidden = 4403;
/**
 * The maximum number of events that wait for a slow screen. After one more, the stream is closed, and opened again later.
 */
const maxWaiting = 1_000;

export function overWebSocket({
  url,
  createClient,
  webSocketImpl,
  token = () => null,
}: OverWebSocketOptions): StreamTransport {
  const readers = new Set<StreamReader>();
  let isConnected = false;
  let isTokenRefused = false;
  const heard = () => {
    for (const reader of readers) {
      reader.heard();
    }
  };
  const client = createClient({
    url,
    webSocketImpl,
    async connectionParams() {
      const bearer = await token({ isTokenRefused });
      return bearer === null ? {} : { authorization: `Bearer ${bearer}` };
    },
    retryAttempts: 0,
    keepAlive: pingMs,
    on: {
      connected() {
        isConnected = true;
        isTokenRefused = false;
        heard();
      },
      message: heard,
      closed(event) {
        isConnected = false;
        isTokenRefused = closeCodeOf(event) === forbidden;
      },
    },
  });
  return {
    async open(request, reader, { signal }) {
      readers.add(reader);
      try {
        if (isConnected) {
          reader.heard();
        }
        await subscribe(client, request, reader, signal);
      } finally {
        readers.delete(reader);
        if (signal.reason === silent) {
          client.terminate();
        }
      }
    },
  };
}

/** Resolves when the graph has completed the stream. Rejects when the stream ends in any other way. */
const subscribe = (
  client: SocketClient,
  request: StreamRequest,
  reader: StreamReader,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let waiting = 0;
    let handled = Promise.resolve();
    let hasEnded = false;
    const end = (error: unknown) => {
      hasEnded = true;
      signal.removeEventListener('abort', abort);
      unsubscribe();
      reject(error);
    };
    const abort = () => end(signal.reason);
    const unsubscribe = client.subscribe(
      {
        query: request.query,
        // This getter returns the newest cursor, even if graphql-ws itself sends the subscription once more.
        get variables() {
          return { ...request.variables };
        },
      },
      {
        next(result) {
          waiting += 1;
          if (waiting > maxWaiting) {
            end(new GraphError('the screen takes its events too slowly', {}));
          }
          handled = handled.then(async () => {
            if (!hasEnded) {
              await reader.next(result);
            }
            waiting -= 1;
          });
          handled.catch(end);
        },
        error: (error) => void handled.then(() => end(errorOf(error)), end),
        complete: () => void handled.then(resolve, end),
      },
    );
    signal.addEventListener('abort', abort, { once: true });
  });

const closeCodeOf = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null;

/** For errors of the graph, graphql-ws passes a list. Otherwise it passes the close or error event of the socket. */
function errorOf(error: unknown): GraphError {
  if (Array.isArray(error)) {
    return endedBy(error as AnsweredError[]);
  }
  if (closeCodeOf(error) === forbidden) {
    const extensions = { code: 'UNAUTHENTICATED' };
    return endedBy([{ message: 'the token is not accepted', extensions }]);
  }
  return new GraphError('the connection was cut', { cause: error });
}
