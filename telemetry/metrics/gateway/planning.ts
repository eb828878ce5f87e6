import { Histogram, type Registry } from 'prom-client';
import type { ObserveWait } from '../../../gateway/engine/documents/preparation-queue.ts';
import type { PlanningError } from '../../../gateway/planner/index.ts';

/** Told how long a request waited for the plan of its operation, and why it got none. */
export type ObservePlanning = (ms: number, error: PlanningError | null) => void;

/** Most plans take less than a millisecond, none more than a tenth of a second. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

export function observePlanning(registry: Registry): ObservePlanning {
  const durations = new Histogram({
    name: 'patron_graph_planning_duration_seconds',
    help: 'Time that a request waited for the plan of its operation, which is kept then. Outcome: planned or failed.',
    labelNames: ['outcome'],
    buckets,
    registers: [registry],
  });
  return (ms, error) => durations.observe({ outcome: error === null ? 'planned' : 'failed' }, ms / 1000);
}

/** Measures how long new documents wait, where one is read or planned already. */
export function observePreparation(registry: Registry): ObserveWait {
  const waits = new Histogram({
    name: 'patron_graph_preparation_wait_seconds',
    help: 'Time that a new document or operation waited until it was read or planned, where it had to wait.',
    labelNames: ['call_class'],
    buckets,
    registers: [registry],
  });
  return (call_class, ms) => waits.observe({ call_class }, ms / 1000);
}
