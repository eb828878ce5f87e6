import type { Exchange, HttpPost } from './connection-pool.ts';
import type { HttpResponse } from './dispatch.ts';

/** An exchange in progress, and the number of callers that wait for it. */
interface SharedExchange {
  readonly response: Promise<HttpResponse>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Joins identical exchanges that are in progress at the same time (single flight). `identity` identifies the caller, so
 * that nobody gets a response for another caller. It must contain all headers on which the response may depend. Other
 * headers, such as trace ids, may differ: only the first post's headers are sent.
 *
 * Before: A and B post the same query at the same time. After: there is one post, and both get its response.
 *
 * If the signal of one caller aborts, only that caller stops waiting. If all callers have stopped, the exchange is
 * aborted. Once the caller that started the exchange has stopped, nobody else can join. Otherwise one caller after the
 * other could wait for an endpoint that never answers. The map needs no bound: it has at most one entry per open
 * request.
 */
export function shareInFlight(
  exchange: Exchange,
): (identity: string, post: HttpPost, signal: AbortSignal) => Promise<HttpResponse> {
  const inFlight = new Map<string, SharedExchange>();

  const start = (key: string, post: HttpPost): SharedExchange => {
    const abort = new AbortController();
    const shared = { response: exchange(post, abort.signal), abort, waiting: 0 };
    const close = () => closeToNewcomers(key, shared);
    // The waiting callers handle a rejection. But this promise also needs a handler for it, or Node reports an
    // unhandled rejection.
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
