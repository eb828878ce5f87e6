import { nameOfError } from '../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../store/shared-state/port.ts';
import type { EdgeLog } from './create-server.ts';

const removalIntervalMs = 60_000;

/**
 * Removes expired items from the stored data every minute, until disposed of. A removal begins only after the previous
 * one has ended.
 */
export function startExpiredRemoval(state: SealedState, log: EdgeLog): AsyncDisposable {
  const stopping = new AbortController();
  let removal: Promise<unknown> = Promise.resolve();
  const remove = () => {
    removal = removal
      .then(() => state.removeExpired(stopping.signal))
      .catch((error: unknown) => log.warn({ reason: nameOfError(error) }, 'expired state was not removed'));
  };
  const timer = setInterval(remove, removalIntervalMs).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await removal;
    },
  };
}
