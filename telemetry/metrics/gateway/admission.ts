import { Counter, type Registry } from 'prom-client';
import type { AdmissionStage, GatewayObserver } from '../../../gateway/observer.ts';
import { type CallClass, callClasses } from '../../../platform/priority/call-classes.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

/** The call classes that each stage of admission counts separately. On arrival, a request's class is not known yet. */
const classesAt: Readonly<Record<AdmissionStage, readonly (CallClass | null)[]>> = {
  arrival: [null],
  arrival_of_caller: [null],
  execution: callClasses,
  execution_of_caller: callClasses,
  preparation: callClasses,
  preparation_of_caller: callClasses,
};

/**
 * Counts requests that are rejected because too many are in progress or wait. Every series begins at 0. So Prometheus
 * sees the first rejection as an increase.
 */
export function measureAdmission(registry: Registry) {
  const refusals = new Counter({
    name: 'patron_graph_admissions_refused_total',
    help: 'Requests that were refused because too many were there at once. Stage: arrival, before they were read; execution; preparation, of new documents. With _of_caller: only this caller had too many.',
    labelNames: ['stage', 'call_class'],
    registers: [registry],
  });
  const add = (stage: string, callClass: CallClass | null, count: 0 | 1) =>
    refusals.inc({ stage, call_class: callClass ?? noLabel }, count);
  for (const [stage, classes] of Object.entries(classesAt)) {
    for (const callClass of classes) {
      add(stage, callClass, 0);
    }
  }
  return {
    admissionRefused: (stage, callClass) => add(stage, callClass, 1),
  } satisfies GatewayObserver;
}

/** Shows, at each scrape, how many new documents and operations wait until they are parsed or planned. */
export function measureWaiting(registry: Registry) {
  let watched: (() => Readonly<Record<CallClass, number>>) | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_preparations_waiting',
      help: 'New documents and operations that wait until they are read or planned.',
      labelNames: ['call_class'],
    },
    () => Object.entries(watched?.() ?? {}).map(([call_class, count]) => [{ call_class }, count]),
  );
  return {
    watchPreparations(waiting) {
      watched = waiting;
    },
  } satisfies GatewayObserver;
}
