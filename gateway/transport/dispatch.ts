import type { Dispatcher } from 'undici';

/** A whole answer, without a byte order mark. */
export interface Received {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request and gathers the answer. `Dispatcher.request()` does the same by way of a stream, which costs more than
 * all that the gateway does about a small answer. Rejects as undici does, and with the signal's reason where it aborts.
 */
export function dispatch(
  to: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const receiving = new Receiving(signal, resolve, reject);
  if (!signal.aborted) {
    to.dispatch(options, receiving);
  }
  return promise;
}

class Receiving implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (received: Received) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(signal: AbortSignal, resolve: (received: Received) => void, reject: (reason: unknown) => void) {
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
    // The request may wait for a connection still: whoever waits for the answer need not.
    this.#reject(this.#signal.reason);
    this.#controller?.abort(this.#signal.reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) {
      controller.abort(this.#signal.reason);
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#resolve({ status: this.#status, text: textOf(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#reject(error);
  }
}

const byteOrderMark = '\uFEFF';

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const text = (first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)).toString();
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
