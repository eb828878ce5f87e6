import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type BodyOutcome, ResponseBody } from './response-body.ts';

/** The parts of a response that are known before its body is complete. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body that have arrived. */
  readonly bytes: number;
}

/** A complete HTTP response. */
export interface HttpResponse extends ResponseHead {
  /** The decoded body. Empty if it is malformed. A body with an unknown content coding stays as it is. */
  readonly body: Buffer;
}

/** A response began and was not read to its end: the response is larger than allowed, or the connection was closed. */
export class IncompleteResponse extends Error {
  override readonly name = 'IncompleteResponse';
  readonly reason: 'tooLarge' | 'brokenOff';
  readonly head: ResponseHead;

  constructor(reason: IncompleteResponse['reason'], head: ResponseHead, cause?: unknown) {
    super(`the response is incomplete: ${reason}`, { cause });
    this.reason = reason;
    this.head = head;
  }
}

/**
 * Sends a request and reads the whole response, up to `maxBytes`. undici's `request()` would read the response through
 * a stream. A stream costs more than everything else that the gateway does with a small response. Rejects with undici's
 * errors, with `IncompleteResponse`, or with the signal's reason when the signal aborts.
 */
export function dispatch(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const collector = new ResponseCollector(maxBytes, signal, resolve, reject);
  if (!signal.aborted) {
    dispatcher.dispatch(options, collector);
  }
  return promise;
}

class ResponseCollector implements Dispatcher.DispatchHandler, BodyOutcome {
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (reason: unknown) => void;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  /** Null until the response begins. */
  #body: ResponseBody | null = null;
  #controller: Dispatcher.DispatchController | undefined;
  #hasEnded = false;

  constructor(
    maxBytes: number,
    signal: AbortSignal,
    resolve: (response: HttpResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal.aborted) {
      reject(signal.reason);
    } else {
      signal.addEventListener('abort', this.#abort, { once: true });
    }
  }

  readonly #abort = (): void => {
    // This also rejects a request that still waits for a connection. Such a request has no controller that could abort
    // it.
    this.#fail(this.#signal.reason);
  };

  get #head(): ResponseHead {
    return { status: this.#status, headers: this.#headers, bytes: this.#body?.receivedBytes ?? 0 };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) {
      controller.abort(this.#signal.reason);
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
    this.#body = new ResponseBody(String(headers['content-encoding'] ?? ''), this.#maxBytes, this);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.add(chunk);
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#body === null ? error : new IncompleteResponse('brokenOff', this.#head, error));
  }

  complete(body: Buffer): void {
    this.#signal.removeEventListener('abort', this.#abort);
    const { status, headers, bytes } = this.#head;
    this.#resolve({ status, headers, bytes, body });
    if (!this.#hasEnded) {
      // The compressed data is malformed or ends early. Nobody waits for the rest, which may never end.
      this.#controller?.abort(new Error('the rest of the body is not needed'));
    }
  }

  tooLarge(): void {
    this.#fail(new IncompleteResponse('tooLarge', this.#head));
  }

  /** Only the first error is reported. The call of `abort` leads to a second error. */
  #fail(error: unknown): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#reject(error);
    this.#body?.discard();
    this.#controller?.abort(error instanceof Error ? error : new Error('aborted', { cause: error }));
  }
}
