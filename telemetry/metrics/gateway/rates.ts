import { Counter, type Registry } from 'prom-client';
import { budgets } from '../../../gateway/access/rates/budgets.ts';
import type { ObserveRateRefusal } from '../../../gateway/access/rates/rate-limiter.ts';
import { callClasses } from '../../../platform/priority/call-classes.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

/** Shows whether gateways share what each caller may ask for. Without a store there is no value. */
export function observeRates(registry: Registry): (isShared: boolean) => void {
  let known: boolean | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_rates_shared',
      help: '1 while gateways share what each caller may ask for; 0 while the store is away, and each counts for itself.',
      aggregator: 'min',
    },
    () => (known === null ? [] : [[{}, known ? 1 : 0]]),
  );
  return (isShared) => {
    known = isShared;
  };
}

/** Counts what is refused because a budget is used up. Each series is there from the start, so that the first one is an increase. */
export function observeRateRefusals(registry: Registry): ObserveRateRefusal {
  const refusals = new Counter({
    name: 'patron_graph_rate_refusals_total',
    help: 'Requests that were refused because a budget of their caller was used up. call_class is _NONE where they were not read.',
    labelNames: ['budget', 'call_class'],
    registers: [registry],
  });
  for (const budget of budgets) {
    for (const call_class of [...callClasses, noLabel]) {
      refusals.inc({ budget, call_class }, 0);
    }
  }
  return (budget, callClass) => refusals.inc({ budget, call_class: callClass ?? noLabel });
}
