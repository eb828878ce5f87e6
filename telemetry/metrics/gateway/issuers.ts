import type { Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/**
 * Shows, at each scrape, the age of the keys by which tokens are verified, for each issuer. The states of issuers are
 * shown with the dependencies.
 */
export function measureIssuers(registry: Registry) {
  let watched: (() => Readonly<Record<string, number>>) | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_issuer_keys_age_seconds',
      help: "Time since an issuer's keys were fetched. After 24 hours they are not used any more.",
      labelNames: ['issuer'],
      aggregator: 'max',
    },
    () => Object.entries(watched?.() ?? {}).map(([issuer, ageMs]) => [{ issuer }, ageMs / 1000]),
  );
  return {
    watchIssuerKeys(agesMs) {
      watched = agesMs;
    },
  } satisfies GatewayObserver;
}
