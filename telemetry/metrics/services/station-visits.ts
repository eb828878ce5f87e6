import { Counter, type Registry } from 'prom-client';
import type { ServiceObserver, VisitOutcome } from '../../../subgraphs/observer.ts';

const outcomes: Readonly<Record<VisitOutcome, true>> = {
  begun: true,
  limited: true,
  unproven: true,
  over: true,
};

/** Counts the patrons whom stations request. Every series begins at 0, so Prometheus sees the first refusal. */
export function measureStationVisits(registry: Registry) {
  const visits = new Counter({
    name: 'patron_graph_station_visits_total',
    help: 'Patrons whom stations asked for. Outcome: begun; limited, by how many a station may have; unproven, without a card that was shown; over, after the visit.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of Object.keys(outcomes)) {
    visits.inc({ outcome }, 0);
  }
  return { visited: (outcome) => visits.inc({ outcome }) } satisfies ServiceObserver;
}
