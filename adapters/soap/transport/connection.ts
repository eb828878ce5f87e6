import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector, Client } from 'undici';
import type { Limits } from '../policy/limits.ts';
import { Exchange, type HttpRequest, type HttpResponse } from './exchange.ts';

export type ConnectionLimits = Pick<Limits, 'maxBytes' | 'idleMs' | 'deadlineMs'>;

/** One connection to a system, for one request at a time. It connects when it is needed, and again where it was lost. */
export class Connection {
  readonly #client: Client;
  readonly #path: string;
  readonly #maxBytes: number;
  /** The one that is being opened, or was last. */
  #socket: Socket | null = null;
  #isSpent = false;

  /** `isKept`: it stays open between requests; else it is closed after each. */
  constructor(url: URL, limits: ConnectionLimits, isKept: boolean) {
    const connect = buildConnector({ timeout: limits.deadlineMs, allowH2: false });
    this.#client = new Client(url.origin, {
      connect: (options, callback) => {
        // Its type says that nothing comes back; what does is the socket.
        const socket: unknown = connect(options, callback);
        if (socket instanceof Socket) {
          this.#socket = socket;
        }
      },
      pipelining: isKept ? 1 : 0,
      keepAliveTimeout: limits.idleMs,
      keepAliveMaxTimeout: limits.idleMs,
      // The deadline bounds both, and it bounds a slow drip, too.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#path = url.pathname + url.search;
    this.#maxBytes = limits.maxBytes;
  }

  /** Of no more use: a request was given up while it connected, and that attempt with it. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Rejects with a `CallFailure`. */
  post(request: HttpRequest): Promise<HttpResponse> {
    const exchange = new Exchange(request, this.#maxBytes, this.#giveUpConnecting, this.#reset);
    const { headers, body } = request;
    this.#client.dispatch({ method: 'POST', path: this.#path, headers, body }, exchange);
    return exchange.answer;
  }

  /** When the request under way has ended. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /**
   * Else the kernel would go on sending what has not arrived, for minutes where the network is gone: a change could be done
   * long after it was given up. Under TLS there is no such thing.
   */
  readonly #reset = (): void => {
    if (!(this.#socket instanceof TLSSocket)) {
      this.#socket?.resetAndDestroy();
    }
  };

  /** Else the attempt would go on until it times out, though nobody waits for it. */
  readonly #giveUpConnecting = (): void => {
    this.#isSpent = true;
    this.#socket?.destroy();
    this.#client.destroy(new Error('given up'), () => {});
  };
}
