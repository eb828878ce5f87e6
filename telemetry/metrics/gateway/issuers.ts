import type { Registry } from 'prom-client';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/** Tells, at each scrape, how old the keys of issuers are. Their states are among the dependencies. */
export function addIssuerMetrics(
  registry: Registry,
  keyAgesMs: () => Readonly<Record<string, number>>,
): void {
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_issuer_keys_age_seconds',
      help: "Time since an issuer's keys were fetched. After 24 hours they are not used any more.",
      labelNames: ['issuer'],
      aggregator: 'max',
    },
    () => Object.entries(keyAgesMs()).map(([issuer, ageMs]) => [{ issuer }, ageMs / 1000]),
  );
}
