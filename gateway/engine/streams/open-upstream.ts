import type { FastifyBaseLogger } from 'fastify';
import { describeError } from '../../../platform/telemetry/describe-error.ts';
import type { Caller } from '../../access/caller.ts';
import { SubgraphFailure } from '../../executor/index.ts';
import { hookBeforeStream } from '../../hooks/hooked-transport.ts';
import type { RequestHooks } from '../../hooks/request-hooks.ts';
import type { GatewayObserver } from '../../observer.ts';
import type { StreamTransport, UpstreamListener } from '../../transport/streams/stream-transport.ts';
import type { StreamRequest } from './subscribe.ts';

interface OpeningOptions {
  readonly streams: ReadonlyMap<string, StreamTransport>;
  readonly unsharedStreams: ReadonlySet<string>;
  readonly observer: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

interface OpeningRequest {
  readonly caller: Caller;
  readonly hooks?: RequestHooks | undefined;
}

/**
 * Returns the function that opens the stream of a subgraph for a request, and the data that decides which other
 * requests may share the stream.
 */
export function openingFor(
  { caller, hooks }: OpeningRequest,
  { streams, unsharedStreams, observer, log }: OpeningOptions,
): Pick<StreamRequest, 'identity' | 'isShared' | 'open' | 'onDefect'> {
  const reqId = caller.requestId;
  const warn = (failure: SubgraphFailure, message: string) =>
    log.warn({ reqId, ...describeError(failure) }, `${message} ${failure.subgraph}`);
  return {
    // With hooks, the stream is not shared: a hook may decide differently for another request of an equal caller.
    identity: hooks === undefined ? identityOf(caller) : null,
    isShared: (subgraph) => !unsharedStreams.has(subgraph),
    onDefect: (error) => log.error({ reqId, ...describeError(error) }, 'an event could not be answered'),
    async open(request, listener, signal, report) {
      const { subgraph } = request;
      const transport = streams.get(subgraph);
      if (transport === undefined) {
        const says = 'is not asked for subscriptions';
        throw new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', undefined, says);
      }
      const { headers, answer } =
        hooks?.watchesFetches === true ? await hookBeforeStream(request, hooks, report) : notWatched;
      if (answer !== null) {
        listener.next(answer, 0, null);
        listener.end(null);
        return;
      }
      const life = new UpstreamLife(subgraph, observer, signal);
      const { callClass, traceContext } = report;
      const observed: UpstreamListener = {
        next: (...event) => listener.next(...event),
        room: () => listener.room(),
        end(failure) {
          if (failure !== null) {
            warn(failure, 'no more events from');
          }
          life.ended(failure);
          listener.end(failure);
        },
      };
      try {
        const origin = { caller, callClass, operation: report, traceContext };
        await transport({ ...request, headers }, origin, observed, signal);
        life.opened();
      } catch (error) {
        if (error instanceof SubgraphFailure && !signal.aborted) {
          observer.upstreamOpened?.(subgraph, error.code);
          warn(error, 'no stream from');
        }
        throw error;
      }
    },
  };
}

const notWatched = { headers: {}, answer: null };

/** Reports to the observer that a stream of a subgraph is open, and later, only once, that it has ended. */
class UpstreamLife {
  readonly #subgraph: string;
  readonly #observer: GatewayObserver;
  readonly #signal: AbortSignal;
  /** Why the stream has ended. Null if it was completed or aborted. Undefined while it has not ended. */
  #failure: SubgraphFailure | null | undefined;
  #isOpen = false;

  constructor(subgraph: string, observer: GatewayObserver, signal: AbortSignal) {
    this.#subgraph = subgraph;
    this.#observer = observer;
    this.#signal = signal;
  }

  opened(): void {
    this.#isOpen = true;
    this.#observer.upstreamOpened?.(this.#subgraph, null);
    this.#signal.addEventListener('abort', this.#abort, { once: true });
    // The stream may have ended before `opened` was called.
    if (this.#failure !== undefined) {
      this.ended(this.#failure);
    }
  }

  ended(failure: SubgraphFailure | null): void {
    this.#failure = failure;
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#signal.removeEventListener('abort', this.#abort);
      this.#observer.upstreamEnded?.(this.#subgraph, failure?.code ?? null);
    }
  }

  /** The signal aborts when no client needs the events any more. */
  readonly #abort = () => this.ended(null);
}

/**
 * Returns all data of the caller on which an event may depend, as one text. Callers with equal texts may share a
 * stream. The request id and the caller's network addresses are left out, because they give no rights.
 */
function identityOf({
  scopes,
  requestId: _,
  address: _address,
  widerNetworks: _networks,
  ...identity
}: Caller): string {
  return JSON.stringify([identity, [...scopes].sort()]);
}
