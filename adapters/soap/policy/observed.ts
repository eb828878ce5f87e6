import type { CallObserver } from '../call-observer.ts';
import type { UpstreamSystem } from '../port.ts';
import { CallFailure } from './call-failure.ts';
import type { Attempt, CallPolicy } from './call-policy.ts';

/** The same policy, which tells an observer of each call. An error that is a bug is not told: it is no outcome of a call. */
export function observed(
  policy: CallPolicy,
  system: UpstreamSystem,
  observer: CallObserver | undefined,
): CallPolicy {
  if (observer === undefined) {
    return policy;
  }
  return {
    state: () => policy.state(),
    async run<T>(attempt: Attempt<T>, call: Parameters<CallPolicy['run']>[1]): Promise<T> {
      const startedAt = performance.now();
      let waitedMs: number | null = null;
      let attempts = 0;
      const end = (outcome: Parameters<CallObserver['ended']>[0]['outcome']) => {
        const ms = performance.now() - startedAt;
        const { operation, callClass } = call;
        observer.ended({ system, operation, callClass, outcome, ms, waitedMs: waitedMs ?? ms, attempts });
      };
      try {
        const response = await policy.run<T>((signal, options) => {
          waitedMs ??= performance.now() - startedAt;
          attempts += 1;
          return attempt(signal, options);
        }, call);
        end('answered');
        return response;
      } catch (error) {
        if (error instanceof CallFailure) {
          end(error.reason);
        }
        throw error;
      }
    },
  };
}
