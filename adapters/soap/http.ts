import { type Dispatcher, Pool } from 'undici';
import { failureOfAbort } from './deadline.ts';
import { Exchange, type HttpAnswer, type HttpRequest } from './exchange.ts';
import type { Limits } from './limits.ts';

/** POST to one address, and to no other: no redirect is followed, no proxy asked. */
export interface HttpPost extends AsyncDisposable {
  /** Throws a `CallFailure`. */
  post(request: HttpRequest): Promise<HttpAnswer>;
}

export function createHttpPost(
  url: URL,
  limits: Pick<Limits, 'connections' | 'maxBytes' | 'idleMs' | 'deadlineMs'>,
): HttpPost {
  const options: Pool.Options = {
    connections: limits.connections,
    connect: { timeout: limits.deadlineMs },
    keepAliveTimeout: limits.idleMs,
    keepAliveMaxTimeout: limits.idleMs,
    // The deadline bounds both, and it bounds a slow drip, too.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  };
  const kept = new Pool(url.origin, { ...options, pipelining: 1 });
  // A connection for each request, closed after it: an idle one may be being closed by the other side just now.
  const fresh = new Pool(url.origin, { ...options, pipelining: 0 });
  const path = url.pathname + url.search;
  let closing: Promise<unknown> | null = null;
  return {
    async post(request) {
      if (request.signal.aborted) throw failureOfAbort(request.signal, 'wait');
      const exchange = new Exchange(request, limits.maxBytes);
      const { headers, body } = request;
      const options: Dispatcher.DispatchOptions = { method: 'POST', path, headers, body };
      (request.fresh ? fresh : kept).dispatch(options, exchange);
      return await exchange.answer;
    },
    async [Symbol.asyncDispose]() {
      closing ??= Promise.all([kept.close(), fresh.close()]);
      await closing;
    },
  };
}
