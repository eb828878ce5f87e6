import { type Dispatcher, errors } from 'undici';
import { CallFailure } from '../policy/call-failure.ts';
import { failureOfAbort } from '../policy/deadline.ts';

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Whether to use a new connection, on which nothing was sent before. */
  readonly fresh: boolean;
  /**
   * Called once, when the connection is open and before the first byte is sent. If the function returns false, nothing
   * is sent.
   */
  readonly maySend: () => boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** The header as received. Empty if there is none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * One HTTP request and its response, as a handler of undici's events. A failed request is *not done* if it was never
 * written to a socket, and *outcome unknown* if it was. undici's `request` doesn't tell the two apart. This handler
 * does, because undici calls `onRequestStart` just before the first byte.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with a `CallFailure`, at the latest when the signal aborts. */
  readonly response: Promise<HttpResponse>;
  readonly #request: HttpRequest;
  readonly #maxBytes: number;
  readonly #giveUpConnecting: () => void;
  readonly #reset: () => void;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (failure: CallFailure) => void;
  /** Controls the request that is being sent; null before the first byte. */
  #controller: Dispatcher.DispatchController | null = null;
  #head: { readonly status: number; readonly contentType: string } | null = null;
  #chunks: Buffer[] = [];
  #size = 0;

  /**
   * `giveUpConnecting` is called if the request is given up before the connection is open. `reset` is called if the
   * request is given up later.
   */
  constructor(request: HttpRequest, maxBytes: number, giveUpConnecting: () => void, reset: () => void) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#giveUpConnecting = giveUpConnecting;
    this.#reset = reset;
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici may restart a request on another connection. Such a restart is a failure here, because only the call policy
    // may retry.
    const isRestart = this.#controller !== null;
    this.#controller = controller;
    if (isRestart) {
      this.#giveUp(new CallFailure('unreachable', 'connection lost', { isOutage: true, retry: 'immediate' }));
    } else if (this.#request.signal.aborted || !this.#request.maySend()) {
      this.#giveUp(new CallFailure('cancelled', 'it was not sent: its caller does not want it any more'));
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // This is an interim response (1xx). The final one follows.
    if (status < 200) {
      return;
    }
    const encoding = headerText(headers['content-encoding']);
    if (encoding !== '' && encoding !== 'identity') {
      // No compressed body was requested, and a small one can expand to any size.
      this.#giveUp(new CallFailure('invalid-response', 'a compressed body'));
    } else {
      this.#head = { status, contentType: headerText(headers['content-type']) };
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
    this.#stopListening();
    if (this.#head === null) {
      this.#reject(cutOff());
    } else {
      this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks, this.#size) });
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#stopListening();
    // This has no effect if we gave up the request ourselves, because the promise has settled then.
    this.#reject(this.#head === null ? connectionFailure(error) : cutOff());
  }

  readonly #onAbort = (): void => this.#giveUp(failureOfAbort(this.#request.signal, 'call'));

  /** Fails the request and ends its connection. */
  #giveUp(failure: CallFailure): void {
    this.#stopListening();
    this.#reject(failure);
    this.#chunks = [];
    if (this.#controller === null) {
      this.#giveUpConnecting();
    } else {
      this.#reset();
      this.#controller.abort(new Error('given up'));
    }
  }

  #stopListening(): void {
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }
}

const cutOff = (): CallFailure =>
  new CallFailure('invalid-response', 'the answer was cut off', { isOutage: true, retry: 'delayed' });

/** undici's errors quote the request, so the failure contains only the kind of error. */
function connectionFailure(error: unknown): CallFailure {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
    return new CallFailure('unreachable', 'the client is closed');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || error instanceof errors.SocketError) {
    return new CallFailure('unreachable', 'connection lost', { isOutage: true, retry: 'immediate' });
  }
  if (error instanceof errors.HTTPParserError) {
    return new CallFailure('invalid-response', 'not HTTP', { isOutage: true, retry: 'delayed' });
  }
  const kind = typeof code === 'string' && /^[A-Z\d_]{1,60}$/.test(code) ? code : 'no connection';
  return new CallFailure('unreachable', kind, { isOutage: true, retry: 'delayed' });
}

const headerText = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(', ') : (header ?? '');
