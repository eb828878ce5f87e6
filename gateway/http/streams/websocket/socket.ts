import type { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { GatewayObserver } from '../../../observer.ts';
import { heartbeatMs } from '../send-stream.ts';
import type { WaitingTexts } from './waiting-texts.ts';

/** The time within which a client must close its side of the socket, in ms. */
const closeWithinMs = 3_000;
/**
 * Maximum number of characters that may wait for a client that reads nothing. The oldest waiting message is not
 * counted, because the client may be reading it.
 */
const maxUnread = 1024 * 1024;

/** Registered close codes (RFC 6455, section 11.7) after which clients of graphql-ws connect again. */
export const serviceRestart = 1012;
export const tryAgainLater = 1013;

/**
 * A client's WebSocket, as the server of graphql-ws needs it. It is closed if the client reads nothing, or doesn't
 * answer a ping before the next ping is due. A stream sends one event at a time, but a client can also request answers
 * and pongs, and read none of them.
 */
export class Socket {
  readonly #socket: WebSocket;
  readonly #beating: NodeJS.Timeout;
  readonly #all: WaitingTexts;
  #isSilent = false;
  /** The length of each message that was not handed to the operating system yet, the oldest first. */
  readonly #unsent: { readonly length: number }[] = [];
  /** The oldest unsent message at the last heartbeat. */
  #oldest: { readonly length: number } | null = null;
  #waiting = 0;

  constructor(socket: WebSocket, all: WaitingTexts, observer: GatewayObserver) {
    this.#socket = socket;
    this.#all = all;
    socket.on('pong', () => {
      this.#isSilent = false;
    });
    this.#beating = setInterval(() => {
      if (this.#isSilent || this.#readsNothing()) {
        socket.terminate();
        return;
      }
      this.#isSilent = true;
      socket.ping();
      observer.streamEvent?.('websocket', 'heartbeat');
    }, heartbeatMs);
    socket.once('close', () => {
      clearInterval(this.#beating);
      all.leave(this);
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** The characters that were not handed to the operating system yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * From now on, counts the characters that wait for this socket as waiting for the caller. `caller` is null if callers
   * are not distinguished.
   */
  belongTo(caller: string | null): void {
    if (caller !== null && this.#isOpen) {
      this.#all.join(this, caller);
    }
  }

  /** Resolves when the message has been handed to the operating system, or when the socket is closed. */
  send(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#isOpen) {
      resolve();
      return promise;
    }
    const { length } = text;
    this.#all.add(this, length);
    this.#unsent.push({ length });
    this.#waiting += length;
    // An error is not handled here. The error closes the socket, and so ends the socket's operations.
    this.#socket.send(text, () => {
      this.#unsent.shift();
      this.#waiting -= length;
      this.#all.sent(this, length);
      resolve();
    });
    return promise;
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Closes the socket. A reason of more than 123 bytes is left out (RFC 6455, 5.5). */
  close(code: CloseCode | number, reason: string): void {
    if (this.#isOpen) {
      this.#socket.close(code, Buffer.byteLength(reason) < 124 ? reason : '');
      setTimeout(() => this.#socket.terminate(), closeWithinMs).unref();
    }
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether the client reads no messages, although its library may answer pings. */
  #readsNothing(): boolean {
    const [oldest = null] = this.#unsent;
    const isSame = oldest !== null && oldest === this.#oldest;
    this.#oldest = oldest;
    return isSame && this.#waiting - oldest.length > maxUnread;
  }
}
