import {
  endedBy,
  overFetch,
  type StreamReader,
  type StreamRequest,
  type StreamResult,
  type StreamTransport,
  silent,
} from '@patron-graph/kit';

interface Subscription {
  readonly request: StreamRequest;
  readonly reader: StreamReader;
  resolve(): void;
  reject(error: unknown): void;
}

/** An event of the shared stream. `payload` is null at the end of the subscription. */
interface SharedResult {
  readonly id: string;
  readonly payload: StreamResult | null;
}

/** Subscriptions that are opened within this time share one request, in ms. */
const gatheringMs = 30;

/**
 * One stream from the page's server that carries all subscriptions of a browser. Over HTTP/1.1, a browser opens only
 * six connections to a server. If a subscription is added, the stream is opened again, and each other subscription
 * continues from its newest cursor.
 */
export class SharedStream implements StreamTransport {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #url: string;
  readonly #send: typeof fetch;
  readonly #onHeard: () => void;
  #lastId = 0;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #stream = new AbortController();

  /** @param onHeard called for each event or heartbeat of the stream */
  constructor(url: string, send: typeof fetch, onHeard: () => void) {
    this.#url = url;
    this.#send = send;
    this.#onHeard = onHeard;
  }

  open(
    request: StreamRequest,
    reader: StreamReader,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    this.#lastId += 1;
    const id = String(this.#lastId);
    return new Promise((resolve, reject) => {
      this.#subscriptions.set(id, { request, reader, resolve, reject });
      signal.addEventListener('abort', () => this.#leave(id, signal.reason), { once: true });
      clearTimeout(this.#gathering);
      this.#gathering = setTimeout(() => void this.#open(), gatheringMs);
    });
  }

  /**
   * Gives up the stream. Called when the browser has lost its network, before the page can notice missing heartbeats.
   */
  drop(): void {
    this.#stream.abort(silent);
  }

  #leave(id: string, reason: unknown): void {
    this.#subscriptions.get(id)?.reject(reason);
    this.#subscriptions.delete(id);
    // `silent` means that the connection sent neither an event nor a heartbeat for too long. The other subscriptions
    // use the same connection, so they end, too.
    if (reason === silent || this.#subscriptions.size === 0) {
      this.#stream.abort(reason);
    }
  }

  async #open(): Promise<void> {
    this.#stream.abort();
    this.#stream = new AbortController();
    const { signal } = this.#stream;
    const shared = [...this.#subscriptions];
    if (shared.length === 0) {
      return;
    }
    const body = JSON.stringify(
      shared.map(([id, { request }]) => ({ id, query: request.query, variables: request.variables })),
    );
    const { open } = overFetch({
      url: this.#url,
      // `unattended` asks the server not to extend the session because of this stream.
      headers: { unattended: '1' },
      fetch: (url, init) => this.#send(url, { ...init, body }),
    });
    const reader: StreamReader = {
      heard: () => {
        this.#onHeard();
        for (const subscription of this.#subscriptions.values()) {
          subscription.reader.heard();
        }
      },
      next: (result) => this.#tell(result as SharedResult),
    };
    const error: unknown = await open({ query: '', variables: {} }, reader, {
      signal,
      isTokenRefused: false,
    }).catch((reason: unknown) => reason);
    // If the stream was aborted for another reason than `silent`, a newer stream has taken over its subscriptions.
    if (!signal.aborted || signal.reason === silent) {
      for (const [id, { reject }] of shared) {
        this.#subscriptions.delete(id);
        reject(error ?? endedBy([]));
      }
    }
  }

  async #tell({ id, payload }: SharedResult): Promise<void> {
    const subscription = this.#subscriptions.get(id);
    if (payload === null) {
      this.#subscriptions.delete(id);
      subscription?.resolve();
      return;
    }
    try {
      await subscription?.reader.next(payload);
    } catch (error) {
      this.#subscriptions.delete(id);
      subscription?.reject(error);
    }
  }
}
