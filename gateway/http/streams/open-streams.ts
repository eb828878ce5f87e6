import type { Identity } from '../../access/caller.ts';
import type { GatewayObserver, StreamBound, StreamProtocol } from '../../observer.ts';
import { type StreamEnd, streamMoved } from './stream-end.ts';

/** The maximum number of streams of one WebSocket. Over HTTP, each stream has a connection of its own. */
export const maxStreamsOfConnection = 100;
/**
 * The maximum number of streams, and of WebSockets, of one caller: a person, a client whose token names no person, or a
 * network.
 */
export const maxStreamsOfCaller = 200;
/**
 * The maximum number of streams, and of WebSockets, of this process. Each takes about ten kilobytes, or more if its
 * variables are long: their JSON may have 64 KiB, and the parsed variables may take ten times as much memory.
 */
const maxStreams = 20_000;

/** Pause between two checks of all callers' tokens and sign-ins, in ms. */
const checkEveryMs = 1_000;
/**
 * When the process is to stop, connections are ended one by one during this time, in ms. If all of them ended at once,
 * all their clients would reconnect at once.
 */
const spreadMs = 5_000;

/** A connection whose stream or streams can be ended from outside. */
export interface StreamConnection {
  readonly identity: Pick<Identity, 'expiresAt' | 'patronId' | 'signedInAt' | 'signInId' | 'issuedAt'>;
  /** Called at most once, and not after the connection was removed. */
  end(end: StreamEnd): void;
}

export interface OpenStreamsOptions {
  /** Aborts when the process is to stop. */
  readonly stopping: AbortSignal;
  readonly observer: GatewayObserver;
  /** Returns whether the sign-in of a token has ended, because a PIN was changed or a card was lost. */
  readonly hasEnded?: ((identity: StreamConnection['identity']) => boolean) | undefined;
  /** Returns milliseconds since 1970. */
  readonly now?: () => number;
  /** Returns a number from 0 to below 1. */
  readonly random?: () => number;
}

/**
 * The streams that are open in this process. This class bounds their number. It ends a stream when the caller's token
 * expires, when the caller's sign-in ends, and when the process stops.
 *
 * One timer checks all connections. A timer for each token would not be enough, because a sign-in can end at any time.
 */
export class OpenStreams implements Disposable {
  readonly streams: StreamCounter;
  readonly sockets: StreamCounter;
  readonly byProtocol: Record<StreamProtocol, number> = { sse: 0, websocket: 0, multipart: 0 };
  readonly #options: Omit<Required<OpenStreamsOptions>, 'observer' | 'hasEnded'> & {
    readonly hasEnded: (identity: StreamConnection['identity']) => boolean;
  };
  readonly #connections = new Set<StreamConnection>();
  readonly #checking: NodeJS.Timeout;

  constructor({
    stopping,
    observer,
    hasEnded = () => false,
    now = Date.now,
    random = Math.random,
  }: OpenStreamsOptions) {
    this.#options = { stopping, hasEnded, now, random };
    this.streams = new StreamCounter(observer);
    this.sockets = new StreamCounter(observer);
    this.#checking = setInterval(() => this.#check(), checkEveryMs).unref();
    observer.watchStreams?.(() => this.byProtocol);
    stopping.addEventListener('abort', () => this.#moveAll(), { once: true });
  }

  /** Whether the process is about to stop. New streams are then refused. */
  get isStopping(): boolean {
    return this.#options.stopping.aborted;
  }

  /** Watches a connection until the returned function is called. */
  watch(connection: StreamConnection): () => void {
    this.#connections.add(connection);
    if (this.isStopping) {
      this.#move(connection);
    }
    return () => this.#connections.delete(connection);
  }

  /** Ends all connections at once, and stops the checks. */
  [Symbol.dispose](): void {
    clearInterval(this.#checking);
    for (const connection of this.#connections) {
      this.#end(connection, comeBack(this.#options.random() * spreadMs));
    }
  }

  #check(): void {
    const { now, hasEnded } = this.#options;
    const at = now();
    for (const connection of this.#connections) {
      const { identity } = connection;
      if (identity.expiresAt !== null && identity.expiresAt <= at) {
        this.#end(connection, tokenExpired);
      } else if (hasEnded(identity)) {
        this.#end(connection, signInEnded);
      }
    }
  }

  #moveAll(): void {
    for (const connection of this.#connections) {
      this.#move(connection);
    }
  }

  /** Ends a connection at a random time within `spreadMs`. */
  #move(connection: StreamConnection): void {
    setTimeout(() => this.#end(connection, comeBack(0)), this.#options.random() * spreadMs).unref();
  }

  #end(connection: StreamConnection, end: StreamEnd): void {
    if (this.#connections.delete(connection)) {
      connection.end(end);
    }
  }
}

const tokenExpired: StreamEnd = {
  kind: 'end',
  code: 'UNAUTHENTICATED',
  message: 'The token has expired: come back with another.',
  retryAfterMs: null,
};
const signInEnded: StreamEnd = {
  kind: 'end',
  code: 'UNAUTHENTICATED',
  message: 'The sign-in of this token has ended: sign in again.',
  retryAfterMs: null,
};

/** The end of a stream whose client should subscribe again after `afterMs`, at another process. */
const comeBack = (afterMs: number): StreamEnd => ({
  kind: 'end',
  code: streamMoved,
  message: 'This server is shutting down: subscribe again.',
  retryAfterMs: Math.round(afterMs),
});

/** Counts the open streams or WebSockets of each caller, and of all callers. */
class StreamCounter {
  readonly #observer: GatewayObserver;
  readonly #ofCaller = new Map<string, number>();
  #taken = 0;

  constructor(observer: GatewayObserver) {
    this.#observer = observer;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Counts one more stream, for the caller and for the process. Returns null, or the bound that would be exceeded. If
   * `caller` is null, only the bound of the process applies.
   */
  take(caller: string | null): StreamBound | null {
    const ofCaller = caller === null ? 0 : (this.#ofCaller.get(caller) ?? 0);
    if (this.#taken >= maxStreams) {
      return this.refuse('process');
    }
    if (ofCaller >= maxStreamsOfCaller) {
      return this.refuse('caller');
    }
    this.#taken += 1;
    if (caller !== null) {
      this.#ofCaller.set(caller, ofCaller + 1);
    }
    return null;
  }

  leave(caller: string | null): void {
    this.#taken -= 1;
    const others = caller === null ? 0 : (this.#ofCaller.get(caller) ?? 1) - 1;
    if (caller !== null && others === 0) {
      this.#ofCaller.delete(caller);
    } else if (caller !== null) {
      this.#ofCaller.set(caller, others);
    }
  }

  /** Reports that a bound has refused a stream. */
  refuse(bound: StreamBound): StreamBound {
    this.#observer.streamRefused?.(bound);
    return bound;
  }
}
