import type { StreamEvent } from '../../engine/streams/stream.ts';

export type { StreamEvent };

/** The last event of a stream. */
export type StreamEnd = Extract<StreamEvent, { readonly kind: 'end' }>;

/** The code of the end of a stream whose process is about to stop. */
export const streamMoved = 'STREAM_MOVED';

/**
 * The codes of ends that are no fault of the stream. Its client gets the same stream again from another process, or over
 * another supergraph.
 */
export const comesBack: ReadonlySet<string | null> = new Set([streamMoved, 'SUPERGRAPH_CHANGED']);

/** The codes of ends that a client of a WebSocket learns by the close of its socket, and not by an error. */
export const closesSocket: ReadonlySet<string | null> = new Set([...comesBack, 'UNAUTHENTICATED']);

/** The client has closed its connection, or has unsubscribed. Nobody is told. */
export const clientGone = {
  kind: 'end',
  code: 'CLIENT_GONE',
  message: null,
  retryAfterMs: null,
} as const satisfies StreamEnd;
