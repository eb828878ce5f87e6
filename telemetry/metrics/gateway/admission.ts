import { Counter, type Registry } from 'prom-client';
import type { WaitingByClass } from '../../../gateway/engine/documents/preparation-queue.ts';
import { admissionStages, type ObserveRefusal } from '../../../gateway/engine/request.ts';
import { callClasses } from '../../../platform/priority/call-classes.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

/** Counts what is refused for lack of room. Each series is there from the start, so that the first one is an increase. */
export function observeRefusals(registry: Registry): ObserveRefusal {
  const refusals = new Counter({
    name: 'patron_graph_admissions_refused_total',
    help: 'Requests that were refused because too many were there at once. Stage: arrival, before they were read; execution; preparation, of new documents; preparation_of_caller.',
    labelNames: ['stage', 'call_class'],
    registers: [registry],
  });
  for (const stage of admissionStages) {
    for (const call_class of stage === 'arrival' ? [noLabel] : callClasses) {
      refusals.inc({ stage, call_class }, 0);
    }
  }
  return (stage, callClass) => refusals.inc({ stage, call_class: callClass ?? noLabel });
}

/** Tells, at each scrape, how many requests wait for new documents and operations to be prepared. */
export function addWaitingMetrics(registry: Registry, waiting: () => WaitingByClass): void {
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_preparations_waiting',
      help: 'New documents and operations that wait until they are read or planned.',
      labelNames: ['call_class'],
    },
    () => {
      const now = waiting();
      return callClasses.map((callClass) => [{ call_class: callClass }, now[callClass]]);
    },
  );
}
