import { Counter, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import type { Budget } from '../../../gateway/rates.ts';
import { callClasses } from '../../../platform/priority/call-classes.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

const budgets: Readonly<Record<Budget, true>> = {
  anonymous: true,
  reads: true,
  changes: true,
  clientReads: true,
  clientChanges: true,
  expensive: true,
  plans: true,
};

/**
 * Counts requests that are rejected because the caller's rate limit is reached, and shows whether gateways share the
 * counts. Every series of the counter begins at 0. So Prometheus sees the first rejection as an increase.
 */
export function measureRates(registry: Registry) {
  /**
   * Whether gateways share the counts for rate limits now. Null if no store for them is configured: then the gauge has
   * no value.
   */
  let sharedNow: boolean | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_rates_shared',
      help: '1 while gateways share what each caller may ask for; 0 while the store is away, and each counts for itself.',
      aggregator: 'min',
    },
    () => (sharedNow === null ? [] : [[{}, sharedNow ? 1 : 0]]),
  );
  const refusals = new Counter({
    name: 'patron_graph_rate_refusals_total',
    help: 'Requests that were refused because a budget of their caller was used up. call_class is _NONE where they were not read.',
    labelNames: ['budget', 'call_class'],
    registers: [registry],
  });
  for (const budget of Object.keys(budgets)) {
    for (const call_class of [...callClasses, noLabel]) {
      refusals.inc({ budget, call_class }, 0);
    }
  }
  return {
    ratesShared(isShared) {
      sharedNow = isShared;
    },
    rateRefused: (budget, callClass) => refusals.inc({ budget, call_class: callClass ?? noLabel }),
  } satisfies GatewayObserver;
}
