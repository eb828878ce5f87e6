import type { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { GatewayObserver } from '../../observer.ts';
import { heartbeatMs } from './send-stream.ts';

/** Time for a client to close its side of the socket, in ms. */
const closeWithinMs = 3_000;

/** Close codes of RFC 6455 after which clients of graphql-ws connect again. */
export const serviceRestart = 1012;
export const tryAgainLater = 1013;

/** A client's WebSocket, as the server of graphql-ws needs it. It is closed if the client falls silent, or doesn't read. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #beating: NodeJS.Timeout;
  readonly #maxWaitingBytes: number;
  #isSilent = false;

  /**
   * @param maxWaitingBytes Bytes that may wait for a client that doesn't read, beside those of one message. A stream sends one
   * event at a time, but a client can also ask for answers and pongs.
   */
  constructor(socket: WebSocket, maxWaitingBytes: number, observer: GatewayObserver) {
    this.#socket = socket;
    this.#maxWaitingBytes = maxWaitingBytes;
    socket.on('pong', () => {
      this.#isSilent = false;
    });
    this.#beating = setInterval(() => {
      if (this.#isSilent) {
        socket.terminate();
        return;
      }
      this.#isSilent = true;
      socket.ping();
      observer.streamEvent?.('websocket', 'heartbeat');
    }, heartbeatMs);
    socket.once('close', () => clearInterval(this.#beating));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Resolves when the message has been handed to the operating system, or when the socket is closed. */
  send(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket.readyState !== this.#socket.OPEN) {
      resolve();
      return promise;
    }
    if (this.#socket.bufferedAmount > this.#maxWaitingBytes) {
      this.#socket.terminate();
    }
    // An error closes the socket, and that ends its operations.
    this.#socket.send(text, () => resolve());
    return promise;
  }

  /** A reason has at most 123 bytes (RFC 6455, 5.5). */
  close(code: CloseCode | number, reason: string): void {
    this.#socket.close(code, Buffer.byteLength(reason) < 124 ? reason : '');
    setTimeout(() => this.#socket.terminate(), closeWithinMs).unref();
  }
}
