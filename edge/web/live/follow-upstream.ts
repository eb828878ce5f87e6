/** Follows one subscription of a page through several streams of the graph, one after the other. */
import { setTimeout as pause } from 'node:timers/promises';
import type { GraphStreams, StreamEnd, StreamRequest } from '../../graph/streams.ts';

/** A message to the page about its subscription. The last message has the kind `end`. */
export type Told =
  /** `text` is the result as JSON. */
  | { readonly kind: 'next'; readonly text: string }
  /** `text` is the result with the error that ended the subscription; null if the graph has completed it. */
  | { readonly kind: 'end'; readonly text: string | null };

export interface FreshToken {
  readonly token: string;
  /** Time until the stream must be replaced by one with a new token, in ms. */
  readonly lastsMs: number;
}

export interface FollowOptions extends Omit<StreamRequest, 'token'> {
  readonly streams: GraphStreams;
  /**
   * Resolves to a valid access token of the session. Resolves to null if the session has ended.
   * @throws if the provider can't be reached
   */
  freshToken(): Promise<FreshToken | null>;
  /** Called if the graph refuses a fresh token. */
  onRefused(): Promise<void>;
}

/**
 * If a stream ends with one of these error codes, the client may reconnect with its last cursor. The graph then sends
 * the missing events.
 */
const reconnectCodes: ReadonlySet<string | null> = new Set([
  'STREAM_MOVED',
  'SUPERGRAPH_CHANGED',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'UNAVAILABLE',
]);

/** The delay before the first attempt to reconnect, in ms. The delay doubles with each attempt. */
const firstPauseMs = 250;
/** The time for which the graph may be unreachable before the page gets an error, in ms. */
const unseenMs = 8_000;
/** Time after which an open stream counts as accepted by the graph, in ms. */
const acceptedMs = 1_000;

/** The longest timeout of Node, in ms. Node runs the callback of a longer timeout at once. */
const longestTimeoutMs = 2 ** 31 - 1;

interface Outcome {
  readonly end: StreamEnd | null;
  /** Whether the graph has accepted the stream: it has sent a message, or kept the stream open for `acceptedMs`. */
  readonly isAccepted: boolean;
  /** Whether the stream was ended because its token must be replaced. */
  readonly isRenewed: boolean;
}

/**
 * Yields the results of a subscription. A cursor says where the subscription can continue. The first cursors are in the
 * page's variable `after`. Later, the cursor is the field `cursor` in the root field of the last event. If the token
 * expires, or a stream is lost or moved, the next stream continues from the last cursor, and the page notices nothing.
 * A subscription without a cursor ends with its stream, because its page must read everything again.
 */
export async function* followUpstream(options: FollowOptions): AsyncGenerator<Told, void, void> {
  const { signal: gone, freshToken, onRefused } = options;
  const position = { after: options.variables.after };
  let pauseMs = firstPauseMs;
  let failedSince: number | null = null;
  let isRefused = false;
  while (!gone.aborted) {
    const token = await freshToken().catch(() => 'unknown' as const);
    if (token === null) {
      yield endWith('UNAUTHENTICATED', 'The session is over: sign in again.');
      return;
    }
    const { end, isAccepted, isRenewed }: Outcome =
      token === 'unknown' ? notOpened : yield* readStream(options, token, position);
    if (isAccepted) {
      failedSince = null;
      pauseMs = firstPauseMs;
      isRefused = false;
    }
    const hasCursor = Array.isArray(position.after) && position.after.length > 0;
    if (gone.aborted || (isRenewed && hasCursor)) {
      continue;
    }
    // If the gateway's clock is ahead of this server's clock, the gateway refuses a valid token as expired. So only the
    // second refusal counts.
    if (end?.code === 'UNAUTHENTICATED' && hasCursor && !isRefused) {
      isRefused = true;
      continue;
    }
    if (end?.code === 'UNAUTHENTICATED') {
      await onRefused();
    }
    const mayReconnect = end === null || end.isLost || reconnectCodes.has(end.code);
    failedSince ??= performance.now();
    if (!mayReconnect || !hasCursor || performance.now() - failedSince > unseenMs) {
      yield toldOf(end);
      return;
    }
    // The random factor spreads the reconnections of streams that were cut at the same time.
    const jitteredMs = pauseMs * (0.5 + Math.random());
    const waitMs = Math.max(jitteredMs, end?.retryAfterMs ?? 0);
    await pause(waitMs, undefined, { signal: gone }).catch(() => undefined);
    pauseMs *= 2;
  }
}

const notOpened: Outcome = { end: null, isAccepted: false, isRenewed: false };

/** Yields the results of one stream, and stores each result's cursor in `position`. */
async function* readStream(
  { streams, signal: gone, variables, ...request }: FollowOptions,
  { token, lastsMs }: FreshToken,
  position: { after: unknown },
): AsyncGenerator<Told, Outcome, void> {
  const stream = new AbortController();
  let isRenewed = false;
  const stop = () => stream.abort();
  const renewal = setTimeout(
    () => {
      isRenewed = true;
      stop();
    },
    Math.min(Math.max(acceptedMs, lastsMs), longestTimeoutMs),
  );
  gone.addEventListener('abort', stop);
  const { signal } = stream;
  const asked = { ...request, variables: { ...variables, after: position.after }, token, signal };
  let openedAt: number | null = null;
  let hasTold = false;
  let end: StreamEnd | null = null;
  try {
    for await (const message of streams.subscribe(asked)) {
      switch (message.kind) {
        case 'open':
          openedAt = performance.now();
          break;
        case 'result':
          hasTold = true;
          position.after = message.cursor === null ? position.after : [message.cursor];
          yield { kind: 'next', text: message.text };
          break;
        case 'end':
          end = message;
      }
    }
  } finally {
    clearTimeout(renewal);
    gone.removeEventListener('abort', stop);
  }
  const isAccepted = hasTold || (openedAt !== null && performance.now() - openedAt > acceptedMs);
  return { end, isAccepted, isRenewed };
}

const toldOf = (end: StreamEnd | null): Told =>
  end === null || end.isLost
    ? endWith('UNAVAILABLE', 'The graph can’t be reached now.')
    : { kind: 'end', text: end.text };

const endWith = (code: string, message: string): Told => ({
  kind: 'end',
  text: JSON.stringify({ errors: [{ message, extensions: { code } }] }),
});
