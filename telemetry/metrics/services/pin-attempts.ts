import { Counter, type Registry } from 'prom-client';
import type { AttemptOutcome, AttemptSource, ServiceObserver } from '../../../subgraphs/observer.ts';

const sources: Readonly<Record<AttemptSource, true>> = {
  partner: true,
  reader: true,
  'sign-in': true,
  code: true,
};
const outcomes: Readonly<Record<AttemptOutcome, true>> = {
  right: true,
  wrong: true,
  locked: true,
  throttled: true,
  unknown: true,
};

/**
 * Counts attempts at PINs and one-time codes. Every series begins at 0. So Prometheus sees the first wrong attempt as
 * an increase.
 */
export function measurePinAttempts(registry: Registry) {
  const attempts = new Counter({
    name: 'patron_graph_pin_attempts_total',
    help: 'Tries at a PIN or a one-time code. Source: partner; reader, at a station or by telephone; sign-in; code. Outcome: right; wrong; locked, for one number; throttled, over all numbers; unknown, where a system was away.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  for (const source of Object.keys(sources)) {
    for (const outcome of Object.keys(outcomes)) {
      attempts.inc({ source, outcome }, 0);
    }
  }
  return {
    attempted: (source, outcome) => attempts.inc({ source, outcome }),
  } satisfies ServiceObserver;
}
