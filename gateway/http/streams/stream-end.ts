import type { StreamEvent } from '../../engine/streams/stream.ts';

export type { StreamEvent };

/** The last event of a stream. */
export type StreamEnd = Extract<StreamEvent, { readonly kind: 'end' }>;

/** The code with which streams end when the process is about to stop. */
export const streamMoved = 'STREAM_MOVED';

/**
 * The codes with which a healthy stream ends. The client can subscribe again, to another process or another supergraph.
 */
export const reconnectCodes: ReadonlySet<string | null> = new Set([streamMoved, 'SUPERGRAPH_CHANGED']);

/** The codes of stream ends for which a WebSocket is closed. Its client gets no error. */
export const closesSocket: ReadonlySet<string | null> = new Set([...reconnectCodes, 'UNAUTHENTICATED']);

/** The end of a stream whose client has closed its connection or has unsubscribed. Nobody gets this end. */
export const clientGone = {
  kind: 'end',
  code: 'CLIENT_GONE',
  message: null,
  retryAfterMs: null,
} as const satisfies StreamEnd;
