import { type Dispatcher, errors, Pool } from 'undici';
import { failureOfAbort } from './deadline.ts';
import { CallFailure } from './failure.ts';
import type { Limits } from './limits.ts';

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** On a connection that nothing was sent on before. */
  readonly fresh: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** As it stands; empty where there is none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

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
  };
  const kept = new Pool(url.origin, { ...options, pipelining: 1 });
  // A connection for each request, closed after it: an idle one may be being closed by the other side just now.
  const fresh = new Pool(url.origin, { ...options, pipelining: 0 });
  const path = url.pathname + url.search;
  let closing: Promise<unknown> | null = null;
  return {
    async post({ headers, body, signal, fresh: wantsFresh }) {
      const request: Dispatcher.RequestOptions = { method: 'POST', path, headers, body, signal };
      let response: Dispatcher.ResponseData;
      try {
        response = await (wantsFresh ? fresh : kept).request(request);
      } catch (error) {
        throw signal.aborted ? failureOfAbort(signal, 'call') : connectionFailure(error);
      }
      try {
        return await readAnswer(response, limits.maxBytes);
      } catch (error) {
        if (error instanceof CallFailure) throw error;
        if (signal.aborted) throw failureOfAbort(signal, 'call');
        throw new CallFailure('invalid-response', 'the answer was cut off', { counts: true, again: 'later' });
      }
    },
    async [Symbol.asyncDispose]() {
      closing ??= Promise.all([kept.close(), fresh.close()]);
      await closing;
    },
  };
}

/** Whatever undici throws holds parts of the request: only its kind is told. */
function connectionFailure(error: unknown): CallFailure {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
    return new CallFailure('unreachable', 'our side is closed');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || error instanceof errors.SocketError) {
    return new CallFailure('unreachable', 'connection lost', { counts: true, again: 'at once' });
  }
  if (error instanceof errors.HTTPParserError) {
    return new CallFailure('invalid-response', 'no HTTP', { counts: true, again: 'later' });
  }
  const kind = typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no connection';
  return new CallFailure('unreachable', kind, { counts: true, again: 'later' });
}

async function readAnswer(response: Dispatcher.ResponseData, maxBytes: number): Promise<HttpAnswer> {
  const { statusCode: status, headers } = response;
  const encoding = one(headers['content-encoding']);
  if (encoding !== '' && encoding !== 'identity') {
    // Not asked for, and a small body may grow to any size.
    await discard(response);
    throw new CallFailure('invalid-response', 'a compressed body');
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // To throw here destroys the body, and the connection with it.
    if (size > maxBytes) throw new CallFailure('invalid-response', `more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status, contentType: one(headers['content-type']), body: Buffer.concat(chunks, size) };
}

async function discard(response: Dispatcher.ResponseData): Promise<void> {
  response.body.on('error', () => {});
  response.body.destroy();
}

const one = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(', ') : (header ?? '');
