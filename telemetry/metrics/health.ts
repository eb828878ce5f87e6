import { Gauge, type Registry } from 'prom-client';
import { dependencyStates } from '../../adapters/lifecycle/dependency-watch.ts';
import type { Health } from '../../adapters/lifecycle/health.ts';

/** Tells, at each scrape, what `/health/ready` and `/health/dependencies` say. A scrape starts the watch, as a probe does. */
export function addHealthMetrics(registry: Registry, health: Health): void {
  const registers = [registry];
  new Gauge({
    name: 'patron_graph_ready_condition',
    help: '1 where the process has what it needs to serve, by condition; 0 where it lacks it.',
    labelNames: ['condition'],
    registers,
    aggregator: 'min',
    async collect() {
      await health.known();
      this.reset();
      for (const [condition, holds] of Object.entries(health.conditions())) {
        this.set({ condition }, holds ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'patron_graph_dependency_state',
    help: '1 for the state that a dependency is in, 0 for the others.',
    labelNames: ['dependency', 'state'],
    registers,
    aggregator: 'max',
    async collect() {
      await health.known();
      this.reset();
      for (const [dependency, current] of Object.entries(health.dependencies())) {
        for (const state of dependencyStates) {
          this.set({ dependency, state }, state === current ? 1 : 0);
        }
      }
    },
  });
}
