import { Counter, type Registry } from 'prom-client';
import type { GatewayObserver, HookFailureReason } from '../../../gateway/observer.ts';

const reasons: Readonly<Record<HookFailureReason, true>> = {
  threw: true,
  timedOut: true,
  tooLarge: true,
  invalid: true,
  tooMany: true,
};

/** Counts the failures of hooks. Every series begins at 0, so Prometheus sees the first failure as an increase. */
export function measureHooks(registry: Registry) {
  const failures = new Counter({
    name: 'patron_graph_hook_failures_total',
    help: 'Calls of hooks that have failed. Reason: threw, timedOut, tooLarge, invalid, or tooMany calls that have not ended.',
    labelNames: ['hook', 'reason'],
    registers: [registry],
  });
  return {
    hooksConfigured(names) {
      for (const hook of names) {
        for (const reason of Object.keys(reasons)) {
          failures.inc({ hook, reason }, 0);
        }
      }
    },
    hookFailed: (hook, reason) => failures.inc({ hook, reason }),
  } satisfies GatewayObserver;
}
