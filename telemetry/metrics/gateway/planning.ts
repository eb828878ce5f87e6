import { Histogram, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';

/**
 * Bounds in seconds. Most plans take less than a millisecond. A plan that is made in the separate planning thread may
 * take longer than a second.
 */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

export function measurePlanning(registry: Registry) {
  const registers = [registry];
  const durations = new Histogram({
    name: 'patron_graph_planning_duration_seconds',
    help: 'Time that a request waited for the plan of its operation, which is kept then. Outcome: planned or failed.',
    labelNames: ['outcome'],
    buckets,
    registers,
  });
  const waits = new Histogram({
    name: 'patron_graph_preparation_wait_seconds',
    help: 'Time that a new document or operation waited until it was read or planned, where it had to wait.',
    labelNames: ['call_class'],
    buckets,
    registers,
  });
  return {
    planned: (outcome, ms) => durations.observe({ outcome }, ms / 1000),
    preparationWaited: (call_class, ms) => waits.observe({ call_class }, ms / 1000),
  } satisfies GatewayObserver;
}
