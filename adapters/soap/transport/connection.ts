import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Client } from 'undici';
import type { ClientTls } from '../../../platform/tls/client.ts';
import { createConnector } from '../../../platform/tls/connector.ts';
import type { Limits } from '../policy/limits.ts';
import { Exchange, type HttpRequest, type HttpResponse } from './exchange.ts';

export type ConnectionLimits = Pick<Limits, 'maxBytes' | 'idleMs' | 'deadlineMs'>;

/** Sends requests to a system, one at a time. Opens a connection when a request comes and none is open. */
export class Connection {
  readonly #client: Client;
  readonly #path: string;
  readonly #maxBytes: number;
  /** The latest socket. It may still be connecting. */
  #socket: Socket | null = null;
  #isSpent = false;

  /** If `isKept` is true, the connection stays open between requests. Otherwise it is closed after each request. */
  constructor(url: URL, limits: ConnectionLimits, isKept: boolean, tls: ClientTls | null) {
    const connect = createConnector(tls, limits.deadlineMs);
    this.#client = new Client(url.origin, {
      connect: (options, callback) => {
        // undici declares `connect` as returning nothing. In fact it returns the socket.
        const socket: unknown = connect(options, callback);
        if (socket instanceof Socket) {
          this.#socket = socket;
        }
      },
      pipelining: isKept ? 1 : 0,
      keepAliveTimeout: limits.idleMs,
      keepAliveMaxTimeout: limits.idleMs,
      // Both time-outs are off, because the call's deadline covers them. The deadline also covers an answer that
      // arrives byte by byte.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#path = url.pathname + url.search;
    this.#maxBytes = limits.maxBytes;
  }

  /** Whether the connection can't be used again, because a request was given up before the connection was open. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Rejects with a `CallFailure`. */
  post(request: HttpRequest): Promise<HttpResponse> {
    const exchange = new Exchange(request, this.#maxBytes, this.#giveUpConnecting, this.#reset);
    const { headers, body } = request;
    this.#client.dispatch({ method: 'POST', path: this.#path, headers, body }, exchange);
    return exchange.response;
  }

  /** Closes after the request under way has ended. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /**
   * Resets the TCP connection. Without the reset, the kernel would continue to send unacknowledged bytes, for minutes
   * if the network is down. A change could then be made long after it was given up. A TLS socket can't be reset.
   */
  readonly #reset = (): void => {
    if (!(this.#socket instanceof TLSSocket)) {
      this.#socket?.resetAndDestroy();
    }
  };

  /** Stops connecting, because nobody waits for the connection any more. */
  readonly #giveUpConnecting = (): void => {
    this.#isSpent = true;
    this.#socket?.destroy();
    this.#client.destroy(new Error('given up'), () => {});
  };
}
