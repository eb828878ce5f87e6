import { CallFailure } from '../policy/call-failure.ts';
import { failureOfAbort } from '../policy/deadline.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import type { HttpRequest, HttpResponse } from './exchange.ts';

/** POST to one address, and to no other: no redirect is followed, no proxy asked. */
export interface HttpPost extends AsyncDisposable {
  /** Rejects with a `CallFailure`. There are as many connections as requests at once; the caller bounds them. */
  post(request: HttpRequest): Promise<HttpResponse>;
}

export function createHttpPost(url: URL, limits: ConnectionLimits): HttpPost {
  const kept = new Connections(() => new Connection(url, limits, true));
  // An idle one may be being closed by the other side just now.
  const fresh = new Connections(() => new Connection(url, limits, false));
  return {
    async post(request) {
      if (request.signal.aborted) {
        throw failureOfAbort(request.signal, 'wait');
      }
      return await (request.fresh ? fresh : kept).post(request);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([kept.close(), fresh.close()]);
    },
  };
}

/** Connections that are used again, the last one first, so that those which are not needed any more close. */
class Connections {
  readonly #connect: () => Connection;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #closing: Promise<unknown> | null = null;

  constructor(connect: () => Connection) {
    this.#connect = connect;
  }

  async post(request: HttpRequest): Promise<HttpResponse> {
    if (this.#closing !== null) {
      throw new CallFailure('unreachable', 'our side is closed');
    }
    const connection = this.#idle.pop() ?? this.#connect();
    this.#all.add(connection);
    try {
      return await connection.post(request);
    } finally {
      if (connection.isSpent) {
        this.#all.delete(connection);
      } else {
        this.#idle.push(connection);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#all].map((connection) => connection.close()));
    await this.#closing;
  }
}
