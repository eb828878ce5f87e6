import type { Exchange, HttpPost } from './connection-pool.ts';
import type { HttpResponse } from './dispatch.ts';

/** An exchange under way, and how many callers wait for it. */
interface SharedExchange {
  readonly response: Promise<HttpResponse>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Joins identical exchanges that are under way at the same time (single flight). `identity` says who the caller is:
 * nobody gets a response that was made for another. Of the headers, `identity` must have what the response may depend on: those of
 * the first post are sent, and others may differ, as the ids of traces do.
 *
 * Before: A and B post the same query while A's response is outstanding. After: one post, and both get its response.
 *
 * A caller whose signal aborts leaves; the others still get the response, and the last one to leave aborts the exchange.
 * When the first caller leaves, the exchange is closed to newcomers: otherwise an endpoint that hangs would be waited for
 * without end, by one caller after the other. The map needs no bound: it has at most one entry per request under way.
 */
export function shareInFlight(
  exchange: Exchange,
): (identity: string, post: HttpPost, signal: AbortSignal) => Promise<HttpResponse> {
  const inFlight = new Map<string, SharedExchange>();

  const start = (key: string, post: HttpPost): SharedExchange => {
    const abort = new AbortController();
    const shared = { response: exchange(post, abort.signal), abort, waiting: 0 };
    const close = () => closeToNewcomers(key, shared);
    // A failure reaches those who wait; this only handles the end, so that it is no unhandled rejection.
    shared.response.then(close, close);
    inFlight.set(key, shared);
    return shared;
  };
  const closeToNewcomers = (key: string, shared: SharedExchange): void => {
    if (inFlight.get(key) === shared) {
      inFlight.delete(key);
    }
  };

  return async (identity, post, signal) => {
    signal.throwIfAborted();
    const key = JSON.stringify([identity, post.body]);
    const joined = inFlight.get(key);
    const shared = joined ?? start(key, post);
    shared.waiting++;
    try {
      return await rejectOnAbort(shared.response, signal);
    } finally {
      shared.waiting--;
      if (joined === undefined || shared.waiting === 0) {
        closeToNewcomers(key, shared);
      }
      if (shared.waiting === 0) {
        shared.abort.abort();
      }
    }
  };
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: settled, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const end = () => signal.removeEventListener('abort', abort);
  promise.then(resolve, reject).then(end, end);
  return settled;
}
