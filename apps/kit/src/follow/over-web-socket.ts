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
  /** `createClient` of graphql-ws 6. */
  readonly createClient: (options: SocketOptions) => SocketClient;
  /** A class in place of the global `WebSocket`, which Node 20 lacks: that of `ws`. */
  readonly webSocketImpl?: unknown;
  /** Returns the caller's access token. Called for each socket, with the same argument as that of `overFetch`. */
  token?(state: { readonly isTokenRefused: boolean }): string | null | Promise<string | null>;
}

/** The options of graphql-ws that are used here. */
export interface SocketOptions {
  readonly url: string;
  readonly webSocketImpl?: unknown;
  readonly connectionParams: () => Promise<Record<string, unknown>>;
  /** `follow` comes back, with the newest cursor. */
  readonly retryAttempts: 0;
  readonly keepAlive: number;
  readonly on: { connected(): void; message(): void; closed(event: unknown): void };
}

/** What is used of a client of graphql-ws. */
export interface SocketClient {
  subscribe(
    payload: { readonly query: string; readonly variables: Record<string, unknown> },
    sink: { next(result: StreamResult): void; error(error: unknown): void; complete(): void },
  ): () => void;
  /** Closes the socket without waiting for the other side. */
  terminate(): void;
}

/** Interval of pings without another message, in ms. The answers are the heartbeats of a silent socket. */
const pingMs = 10_000;
/** The close of a socket whose token has expired or is refused. */
const forbidden = 4403;
/** The number of events that wait for a slow screen. With one more, the stream is opened anew later. */
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

/** Resolves when the graph has completed the stream. Rejects when it ends in any other way. */
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
        // It is read again if graphql-ws sends the subscription once more by itself.
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

/** graphql-ws gives the errors of the graph as a list, and else the event of the socket's close or error. */
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
