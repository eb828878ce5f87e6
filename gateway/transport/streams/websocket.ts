/**
 * Subscriptions by `graphql-transport-ws`, the protocol of the library graphql-ws (its PROTOCOL.md). Each stream has a
 * connection of its own, because headers identify the caller, and a connection has headers only once:
 *
 *     gateway                                        subgraph
 *     connection_init { payload: the headers } ────▶
 *                                              ◀──── connection_ack
 *     subscribe { id: '1', query, variables }  ────▶
 *                                              ◀──── next … next, complete or error
 *     ping after half of the longest silence   ────▶
 *                                              ◀──── pong
 */
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  type Message,
  MessageType,
  validateMessage,
} from 'graphql-ws';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import type { ClientTls } from '../../../platform/tls/client.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import { parseJson, SubgraphFailure } from '../../executor/index.ts';
import type { UpstreamListener } from './stream-transport.ts';
import { Upstream, type UpstreamTimes } from './upstream.ts';

export interface WebSocketOptions extends UpstreamTimes {
  readonly url: URL;
  readonly tls: ClientTls | null;
  /** The largest message, in bytes. */
  readonly maxBytes: number;
}

/** The request that opens a stream. */
export interface StreamPost {
  readonly subgraph: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that the subgraph also gets as the payload of `connection_init`, where many servers look for them. */
  readonly identity: Readonly<Record<string, string>>;
  /** JSON with `query` and `variables`. */
  readonly body: string;
}

/** There is one subscription on each connection. */
const id = '1';

/** The time that a subgraph has for closing its side of a connection, in ms. */
const closeTimeoutMs = 1_000;

/** The close codes with which a server says that the caller may not subscribe. */
const refusals: ReadonlySet<number> = new Set([CloseCode.Unauthorized, CloseCode.Forbidden]);

export function openWebSocket(
  { url, tls, maxBytes, ...times }: WebSocketOptions,
  { subgraph, headers, identity, body }: StreamPost,
  listener: UpstreamListener,
  signal: AbortSignal,
): Promise<void> {
  const options: ClientOptions = {
    headers,
    maxPayload: maxBytes,
    perMessageDeflate: false,
    followRedirects: false,
    ...tls?.(),
  };
  const socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL, options);
  const send = (message: Message | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const pings = setInterval(() => {
    if (upstream.isOpen) {
      send({ type: MessageType.Ping });
    }
  }, times.silenceMs / 2);
  const upstream = new Upstream(subgraph, times, listener, signal, () => {
    clearInterval(pings);
    if (socket.readyState === WebSocket.OPEN && signal.aborted) {
      send({ type: MessageType.Complete, id });
    }
    // A socket that is still connecting can't send a close message. A dead socket never gets the answer to this message.
    if (socket.readyState === WebSocket.OPEN) {
      socket.close(1000);
      setTimeout(() => socket.terminate(), closeTimeoutMs).unref();
    } else {
      socket.terminate();
    }
  });
  const fail = (says: string, cause?: unknown) =>
    upstream.end(new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', cause, says));
  let lastError: unknown;
  socket.on('open', () => {
    const payload = Object.keys(identity).length === 0 ? undefined : { ...identity };
    send(withoutUndefined({ type: MessageType.ConnectionInit, payload }));
  });
  socket.on('message', (data, isBinary) => {
    upstream.heard();
    const message = isBinary ? null : messageIn(data);
    if (message === null) {
      upstream.end(invalid(subgraph));
      return;
    }
    answer(message, { upstream, subgraph, body, send });
  });
  // The event `close` follows, and its handler ends the upstream.
  socket.on('error', (error) => {
    lastError = error;
  });
  socket.on('close', (code) => {
    if (isTooLarge(lastError)) {
      upstream.end(invalid(subgraph, lastError, 'sent an event that is too large'));
    } else {
      fail(refusals.has(code) ? 'refused the subscription' : 'ended the stream', lastError);
    }
  });
  return upstream.opened;
}

interface Conversation {
  readonly upstream: Upstream;
  readonly subgraph: string;
  readonly body: string;
  /** Sends a message, or its JSON. */
  readonly send: (message: Message | string) => void;
}

type Received = { readonly message: Message; readonly bytes: number };

function answer({ message, bytes }: Received, { upstream, subgraph, body, send }: Conversation): void {
  switch (message.type) {
    case MessageType.ConnectionAck:
      send(`{"id":"${id}","type":"${MessageType.Subscribe}","payload":${body}}`);
      upstream.open();
      break;
    case MessageType.Next:
      upstream.next(message.payload, bytes, null);
      break;
    case MessageType.Error:
      upstream.next({ errors: message.payload }, bytes, null);
      upstream.end(null);
      break;
    case MessageType.Complete:
      upstream.end(null);
      break;
    case MessageType.Ping:
      send(withoutUndefined({ type: MessageType.Pong, payload: message.payload }));
      break;
    case MessageType.Pong:
      break;
    case MessageType.ConnectionInit:
    case MessageType.Subscribe:
      upstream.end(invalid(subgraph));
      break;
  }
}

/** Null if the data is no message of the protocol. */
function messageIn(data: RawData): Received | null {
  const buffer = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  try {
    // Long numbers keep their digits, which the library's own reader would lose.
    return { message: validateMessage(parseJson(buffer)), bytes: buffer.length };
  } catch {
    return null;
  }
}

const invalid = (subgraph: string, cause?: unknown, says = 'broke the protocol of its streams') =>
  new SubgraphFailure(subgraph, 'SUBGRAPH_INVALID_RESPONSE', cause, says);

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
