import { describeError } from '../../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { temporarilyUnavailable } from './errors.ts';

/**
 * The state for oidc-provider. oidc-provider doesn't handle StoreUnavailable, and would answer with the status 500. So
 * each method that reads or changes the state rejects with `temporarily_unavailable` instead. A browser gets a page with
 * the status 503. The browser is not redirected to the client, because the client would send the browser back here.
 */
export function withTemporaryErrors(
  state: SealedState,
  log: { warn(details: object, message: string): void },
): SealedState {
  const convert = (error: unknown): never => {
    if (!(error instanceof StoreUnavailable)) {
      throw error;
    }
    log.warn(describeError(error), 'the state of the sign-in service does not answer');
    throw Object.assign(temporarilyUnavailable('too much is going on at the moment'), {
      allow_redirect: false,
    });
  };
  const within =
    <Arguments extends readonly unknown[], Result>(method: (...values: Arguments) => Promise<Result>) =>
    (...values: Arguments): Promise<Result> =>
      method(...values).catch(convert);
  return {
    save: within(state.save),
    add: within(state.add),
    replace: within(state.replace),
    find: within(state.find),
    findByUid: within(state.findByUid),
    list: within(state.list),
    consume: within(state.consume),
    remove: within(state.remove),
    listOwned: within(state.listOwned),
    removeOwned: within(state.removeOwned),
    removeExpired: within(state.removeExpired),
    count: within(state.count),
    ping: () => state.ping(),
    keyFor: (use) => state.keyFor(use),
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}
