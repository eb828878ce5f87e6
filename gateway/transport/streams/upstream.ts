import { SubgraphFailure, type SubgraphResponse } from '../../executor/index.ts';
import type { UpstreamListener } from './stream-transport.ts';

export interface UpstreamTimes {
  /** The longest time until the subgraph has accepted a stream, in ms. */
  readonly openMs: number;
  /** The longest time in which an open stream receives nothing, in ms. After this time it counts as lost. */
  readonly silenceMs: number;
}

/**
 * The life of one stream from a subgraph, whatever its protocol: `connecting`, then `open`, then `ended`. A stream is
 * lost if the subgraph sends nothing for too long, because a dead connection is not always closed.
 */
export class Upstream {
  /** Resolves when the stream is open or complete. Rejects with a `SubgraphFailure` if it fails or is aborted before. */
  readonly opened: Promise<void>;
  readonly #subgraph: string;
  readonly #times: UpstreamTimes;
  readonly #listener: UpstreamListener;
  readonly #signal: AbortSignal;
  readonly #close: () => void;
  readonly #opening = Promise.withResolvers<void>();
  #state: 'connecting' | 'open' | 'ended' = 'connecting';
  #timer: NodeJS.Timeout;

  /** `close` closes the connection. It is called once, when the stream has ended for whatever reason. */
  constructor(
    subgraph: string,
    times: UpstreamTimes,
    listener: UpstreamListener,
    signal: AbortSignal,
    close: () => void,
  ) {
    this.#subgraph = subgraph;
    this.#times = times;
    this.#listener = listener;
    this.#signal = signal;
    this.#close = close;
    this.opened = this.#opening.promise;
    this.#timer = setTimeout(() => this.#isSilent(), times.openMs);
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Called when the subgraph has accepted the stream. */
  open(): void {
    if (this.#state === 'connecting') {
      this.#state = 'open';
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#isSilent(), this.#times.silenceMs);
      this.#opening.resolve();
    }
  }

  /** Called when anything has arrived from the subgraph. */
  heard(): void {
    if (this.#state === 'open') {
      this.#timer.refresh();
    }
  }

  /** Like `UpstreamListener.room`. While there is no room, nothing is read. So the timer for silence doesn't run. */
  room(): Promise<void> | null {
    const room = this.#state === 'ended' ? null : this.#listener.room();
    if (room === null) {
      return null;
    }
    clearTimeout(this.#timer);
    return room.then(() => {
      if (this.#state === 'open') {
        this.#timer = setTimeout(() => this.#isSilent(), this.#times.silenceMs);
      }
    });
  }

  next(response: SubgraphResponse, bytes: number, cursor: string | null): void {
    if (this.#state !== 'ended') {
      this.#listener.next(response, bytes, cursor);
    }
  }

  /** Ends the stream. Only the first call has an effect. */
  end(failure: SubgraphFailure | null): void {
    if (this.#state === 'ended') {
      return;
    }
    const wasOpen = this.#state === 'open';
    this.#finish();
    if (wasOpen) {
      this.#listener.end(failure);
    } else if (failure === null) {
      // A short stream may be complete before its acceptance is reported. It was accepted, too.
      this.#opening.resolve();
      this.#listener.end(null);
    } else {
      this.#opening.reject(failure);
    }
  }

  #isSilent(): void {
    const says = this.#state === 'open' ? 'has fallen silent' : 'did not open the stream in time';
    this.end(new SubgraphFailure(this.#subgraph, 'SUBGRAPH_TIMEOUT', undefined, says));
  }

  readonly #abort = (): void => {
    this.#finish();
    this.#opening.reject(new SubgraphFailure(this.#subgraph, 'SUBGRAPH_TIMEOUT', this.#signal.reason));
  };

  #finish(): void {
    if (this.#state !== 'ended') {
      this.#state = 'ended';
      clearTimeout(this.#timer);
      this.#signal.removeEventListener('abort', this.#abort);
      this.#close();
    }
  }
}
