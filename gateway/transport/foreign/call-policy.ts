/** The time limit, the retries and the circuit breaker of requests to a subgraph of another graph. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Exchange } from '../connection-pool.ts';
import { type HttpResponse, IncompleteResponse } from '../dispatch.ts';
import type { TransportSettings } from './settings.ts';

/** The subgraph's time limit has passed. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The circuit breaker is open, so nothing was sent. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen';
}

/** The largest random delay before the first retry, in ms. It doubles with each further retry. */
const firstDelayMs = 100;
/** Each query earns this share of one retry. Unused retries add up to at most `maxRetriesAtOnce`. */
const retryShare = 0.2;
const maxRetriesAtOnce = 10;

interface CallPolicy {
  readonly mutation: Exchange;
  readonly query: Exchange;
}

interface CallPolicyEvents {
  /** Called before a query is sent once more. */
  onRetry(): void;
  onBreaker(state: 'open' | 'closed'): void;
}

/** The layers around `post`, the outermost first: the deadline, the retries of queries, the circuit breaker. */
export function createCallPolicy(
  post: Exchange,
  { timeoutMs, retries, circuitBreaker: breaker }: TransportSettings,
  { onRetry, onBreaker }: CallPolicyEvents,
): CallPolicy {
  const guarded = breaker === null ? post : withCircuitBreaker(post, breaker, onBreaker);
  const repeated = retries === 0 ? guarded : withRetries(guarded, retries, onRetry);
  return timeoutMs === null
    ? { mutation: guarded, query: repeated }
    : { mutation: withDeadline(guarded, timeoutMs), query: withDeadline(repeated, timeoutMs) };
}

function withDeadline(exchange: Exchange, timeoutMs: number): Exchange {
  return async (post, signal) => {
    signal.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort(signal.reason);
    const timer = setTimeout(() => controller.abort(new DeadlineExceeded()), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await exchange(post, controller.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };
}

/** Sends a query again if it probably got no answer because of a restart or an overload. */
function withRetries(exchange: Exchange, retries: number, onRetry: () => void): Exchange {
  let allowed = maxRetriesAtOnce;
  return async (post, signal) => {
    allowed = Math.min(maxRetriesAtOnce, allowed + retryShare);
    for (let retry = 0; ; retry++) {
      const mayRetry = () => retry < retries && allowed >= 1 && !signal.aborted;
      try {
        const response = await exchange(post, signal);
        if (!mayRetry() || !isUnavailable(response)) {
          return response;
        }
      } catch (error) {
        if (!mayRetry() || !isTransient(error)) {
          throw error;
        }
      }
      allowed--;
      await wait(Math.random() * firstDelayMs * 2 ** retry, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
      onRetry();
    }
  };
}

const isUnavailable = ({ status }: HttpResponse) => status >= 502 && status <= 504;

const isTransient = (error: unknown) =>
  !(error instanceof CircuitOpen) && !(error instanceof IncompleteResponse && error.reason === 'tooLarge');

/** The client has disconnected, or its time is up. This says nothing about the subgraph. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * An open circuit breaker lets one request through after `openMs`, to find out whether the subgraph is back. Before
 * this request and while it runs, all other requests are rejected immediately.
 */
function withCircuitBreaker(
  exchange: Exchange,
  { failures, openMs }: { readonly failures: number; readonly openMs: number },
  onBreaker: (state: 'open' | 'closed') => void,
): Exchange {
  const breaker = circuitBreaker(
    // A closed breaker ignores abandoned requests. A half-open breaker opens again if its trial request is abandoned.
    handleWhen(
      (error) => !(error instanceof Abandoned) || breaker.state !== CircuitState.Closed,
    ).orWhenResult((response) => (response as HttpResponse).status >= 500),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) },
  );
  breaker.onBreak(() => onBreaker('open'));
  breaker.onReset(() => onBreaker('closed'));
  return async (post, signal) => {
    if (breaker.state === CircuitState.HalfOpen) {
      throw new CircuitOpen();
    }
    const attempt = async () => {
      try {
        return await exchange(post, signal);
      } catch (error) {
        const isAbandoned = signal.aborted && !(signal.reason instanceof DeadlineExceeded);
        throw isAbandoned ? new Abandoned('nobody waits for the answer', { cause: error }) : error;
      }
    };
    try {
      return await breaker.execute(attempt);
    } catch (error) {
      if (isBrokenCircuitError(error)) {
        throw new CircuitOpen();
      }
      throw error instanceof Abandoned ? error.cause : error;
    }
  };
}
