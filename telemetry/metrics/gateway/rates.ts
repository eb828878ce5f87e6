import { Gauge, type Registry } from 'prom-client';

/** Shows whether gateways share what each caller may ask for. Without a store there is no value. */
export function observeRates(registry: Registry): (isShared: boolean) => void {
  const shared = new Gauge({
    name: 'patron_graph_rates_shared',
    help: '1 while gateways share what each caller may ask for; 0 while the store is away, and each counts for itself.',
    labelNames: [],
    aggregator: 'min',
    registers: [registry],
  });
  return (isShared) => shared.set(isShared ? 1 : 0);
}
