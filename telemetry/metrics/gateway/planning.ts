import { Histogram, type Registry } from 'prom-client';
import type { PlanningError } from '../../../gateway/planner/index.ts';

/** Told how long a request waited for the plan of its operation, and why it got none. */
export type ObservePlanning = (ms: number, error: PlanningError | null) => void;

/** Most plans take a few milliseconds; one that is queued may wait for ten seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10];

export function observePlanning(registry: Registry): ObservePlanning {
  const durations = new Histogram({
    name: 'patron_graph_planning_duration_seconds',
    help: 'Time that a request waited for the plan of its operation, which is kept then. Outcome: planned, failed or overload.',
    labelNames: ['outcome'],
    buckets,
    registers: [registry],
  });
  const outcomeOf = (error: PlanningError | null) => {
    if (error === null) {
      return 'planned';
    }
    return error.isOverload ? 'overload' : 'failed';
  };
  return (ms, error) => durations.observe({ outcome: outcomeOf(error) }, ms / 1000);
}
