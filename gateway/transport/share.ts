import type { Received } from './dispatch.ts';
import type { Exchange, Sent } from './exchange.ts';

/** An exchange under way, and how many wait for it. */
interface Shared {
  readonly received: Promise<Received>;
  readonly abandon: AbortController;
  waiting: number;
}

/**
 * Exchanges that are the same and at the same time become one. `identity` is part of what is the same: nobody gets what
 * was answered to another. One that gives up leaves the others their answer, and the last to leave ends the exchange.
 * Once the one who began it gives up, who comes after begins anew: an endpoint that hangs would else be waited for
 * without end.
 */
export function shareInFlight(
  exchange: Exchange,
): (identity: string, sent: Sent, signal: AbortSignal) => Promise<Received> {
  const inFlight = new Map<string, Shared>();

  const begin = (key: string, sent: Sent): Shared => {
    const abandon = new AbortController();
    const shared = { received: exchange(sent, abandon.signal), abandon, waiting: 0 };
    const end = () => forget(key, shared);
    // Who waits hears of a failure; here it is only over.
    shared.received.then(end, end);
    inFlight.set(key, shared);
    return shared;
  };
  const forget = (key: string, shared: Shared): void => {
    if (inFlight.get(key) === shared) {
      inFlight.delete(key);
    }
  };

  return async (identity, sent, signal) => {
    signal.throwIfAborted();
    const key = JSON.stringify([identity, sent.headers, sent.body]);
    const known = inFlight.get(key);
    const shared = known ?? begin(key, sent);
    shared.waiting++;
    try {
      return await unlessAborted(shared.received, signal);
    } finally {
      shared.waiting--;
      if (known === undefined || shared.waiting === 0) {
        forget(key, shared);
      }
      if (shared.waiting === 0) {
        shared.abandon.abort();
      }
    }
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: settled, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const end = () => signal.removeEventListener('abort', abort);
  promise.then(resolve, reject).then(end, end);
  return settled;
}
