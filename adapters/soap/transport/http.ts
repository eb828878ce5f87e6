import type { ClientTls } from '../../../platform/tls/client.ts';
import { CallFailure } from '../policy/call-failure.ts';
import { failureOfAbort } from '../policy/deadline.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import type { HttpRequest, HttpResponse } from './exchange.ts';

/** Sends POST requests to one address only. It follows no redirects and uses no proxy. */
export interface HttpPost extends AsyncDisposable {
  /**
   * Rejects with a `CallFailure`. Opens a connection for each concurrent request. The caller limits the number of
   * requests.
   */
  post(request: HttpRequest): Promise<HttpResponse>;
}

/** Creates the connections to an address. Without `tls`, an https URL uses Node's defaults. */
export function createHttpPost(url: URL, limits: ConnectionLimits, tls: ClientTls | null = null): HttpPost {
  const keptConnections = new Connections(() => new Connection(url, limits, true, tls));
  // These connections close after each request, because the system might close a kept connection just when a request
  // is sent.
  const freshConnections = new Connections(() => new Connection(url, limits, false, tls));
  return {
    async post(request) {
      if (request.signal.aborted) {
        throw failureOfAbort(request.signal, 'wait');
      }
      return await (request.fresh ? freshConnections : keptConnections).post(request);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([keptConnections.close(), freshConnections.close()]);
    },
  };
}

/**
 * A pool of connections. The most recently used one is used first, so that unneeded connections become idle and close.
 */
class Connections {
  readonly #connect: () => Connection;
  readonly #connections = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #closing: Promise<unknown> | null = null;

  constructor(connect: () => Connection) {
    this.#connect = connect;
  }

  async post(request: HttpRequest): Promise<HttpResponse> {
    if (this.#closing !== null) {
      throw new CallFailure('unreachable', 'the client is closed');
    }
    const connection = this.#idle.pop() ?? this.#connect();
    this.#connections.add(connection);
    try {
      return await connection.post(request);
    } finally {
      if (connection.isSpent) {
        this.#connections.delete(connection);
      } else {
        this.#idle.push(connection);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#connections].map((connection) => connection.close()));
    await this.#closing;
  }
}
