import type { Registry } from 'prom-client';
import type { Health } from '../../platform/http/health.ts';
import { dependencyStates } from '../../platform/lifecycle/dependency-watch.ts';
import { addGaugeAtScrape } from './gauge-at-scrape.ts';

/**
 * Shows, at each scrape, the answers of `/health/ready` and `/health/dependencies`. The first scrape starts the checks,
 * like a probe.
 */
export function addHealthMetrics(registry: Registry, health: Health): void {
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_ready_condition',
      help: '1 where the process has what it needs to serve, by condition; 0 where it lacks it.',
      labelNames: ['condition'],
      aggregator: 'min',
    },
    async () => {
      await health.known();
      return Object.entries(health.conditions()).map(([condition, holds]) => [{ condition }, holds ? 1 : 0]);
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_dependency_state',
      help: '1 for the state that a dependency is in, 0 for the others.',
      labelNames: ['dependency', 'state'],
      aggregator: 'max',
    },
    async () => {
      await health.known();
      return Object.entries(health.dependencies()).flatMap(([dependency, current]) =>
        dependencyStates.map((state) => [{ dependency, state }, state === current ? 1 : 0] as const),
      );
    },
  );
}
