import { type Dispatcher, errors } from 'undici';
import { CallFailure } from '../policy/call-failure.ts';
import { failureOfAbort } from '../policy/deadline.ts';

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** On a connection that nothing was sent on before. */
  readonly fresh: boolean;
  /** Asked once, when the connection stands and nothing has been sent: false, and nothing will be. */
  readonly maySend: () => boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** As it stands; empty where there is none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * One request and what comes back of it. undici's `request` does not tell whether a request that failed was ever put on
 * a socket, which is what parts *not done* from *outcome unknown*: `onRequestStart` comes just before the first byte.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with a `CallFailure`: at once when the signal aborts. */
  readonly answer: Promise<HttpResponse>;
  readonly #request: HttpRequest;
  readonly #maxBytes: number;
  readonly #giveUpConnecting: () => void;
  readonly #reset: () => void;
  readonly #resolve: (answer: HttpResponse) => void;
  readonly #reject: (failure: CallFailure) => void;
  /** Of the connection that the request was put on; null before. */
  #controller: Dispatcher.DispatchController | null = null;
  #head: { readonly status: number; readonly contentType: string } | null = null;
  #chunks: Buffer[] = [];
  #size = 0;

  /**
   * `giveUpConnecting` is called where the request ends before there is a connection to put it on, `reset` where it is given
   * up after that.
   */
  constructor(request: HttpRequest, maxBytes: number, giveUpConnecting: () => void, reset: () => void) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#giveUpConnecting = giveUpConnecting;
    this.#reset = reset;
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici may start a request anew on another connection: whether to try twice is not for it to say.
    const isSecond = this.#controller !== null;
    this.#controller = controller;
    if (isSecond) {
      this.#giveUp(new CallFailure('unreachable', 'connection lost', { isOutage: true, retry: 'immediate' }));
    } else if (this.#request.signal.aborted || !this.#request.maySend()) {
      this.#giveUp(new CallFailure('cancelled', 'held back: nobody waits for it'));
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // "Wait", says HTTP.
    if (status < 200) {
      return;
    }
    const encoding = one(headers['content-encoding']);
    if (encoding !== '' && encoding !== 'identity') {
      // Not asked for, and a small body may grow to any size.
      this.#giveUp(new CallFailure('invalid-response', 'a compressed body'));
    } else {
      this.#head = { status, contentType: one(headers['content-type']) };
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.byteLength;
    if (this.#size > this.#maxBytes) {
      this.#giveUp(new CallFailure('invalid-response', `more than ${this.#maxBytes} bytes`));
    } else {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    this.#leave();
    if (this.#head === null) {
      this.#reject(cutOff());
    } else {
      this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks, this.#size) });
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#leave();
    // Settled already where it was we who gave up.
    this.#reject(this.#head === null ? connectionFailure(error) : cutOff());
  }

  readonly #onAbort = (): void => this.#giveUp(failureOfAbort(this.#request.signal, 'call'));

  /** Ends the connection with it. */
  #giveUp(failure: CallFailure): void {
    this.#leave();
    this.#reject(failure);
    this.#chunks = [];
    if (this.#controller === null) {
      this.#giveUpConnecting();
    } else {
      this.#reset();
      this.#controller.abort(new Error('given up'));
    }
  }

  #leave(): void {
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }
}

const cutOff = (): CallFailure =>
  new CallFailure('invalid-response', 'the answer was cut off', { isOutage: true, retry: 'delayed' });

/** Whatever undici throws holds parts of the request: only its kind is told. */
function connectionFailure(error: unknown): CallFailure {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
    return new CallFailure('unreachable', 'our side is closed');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || error instanceof errors.SocketError) {
    return new CallFailure('unreachable', 'connection lost', { isOutage: true, retry: 'immediate' });
  }
  if (error instanceof errors.HTTPParserError) {
    return new CallFailure('invalid-response', 'no HTTP', { isOutage: true, retry: 'delayed' });
  }
  const kind = typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no connection';
  return new CallFailure('unreachable', kind, { isOutage: true, retry: 'delayed' });
}

const one = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(', ') : (header ?? '');
