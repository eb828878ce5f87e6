import { Counter, type Registry } from 'prom-client';
import type {
  AttemptOutcome,
  AttemptSource,
  ObserveAttempt,
} from '../../../subgraphs/operations/attempts/failure-limits.ts';

const sources = ['partner', 'reader', 'sign-in', 'code'] as const satisfies readonly AttemptSource[];
const outcomes = [
  'right',
  'wrong',
  'locked',
  'throttled',
  'unknown',
] as const satisfies readonly AttemptOutcome[];

/** Counts tries at PINs and one-time codes. Each series is there from the start, so that the first wrong one is an increase. */
export function countPinAttempts(registry: Registry): ObserveAttempt {
  const attempts = new Counter({
    name: 'patron_graph_pin_attempts_total',
    help: 'Tries at a PIN or a one-time code. Source: partner; reader, at a station or by telephone; sign-in; code. Outcome: right; wrong; locked, for one number; throttled, over all numbers; unknown, where a system was away.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  for (const source of sources) {
    for (const outcome of outcomes) {
      attempts.inc({ source, outcome }, 0);
    }
  }
  return (source, outcome) => attempts.inc({ source, outcome });
}
