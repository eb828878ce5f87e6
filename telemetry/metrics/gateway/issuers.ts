import { Gauge, type Registry } from 'prom-client';

/** Tells, at each scrape, how old the keys of issuers are. Their states are among the dependencies. */
export function addIssuerMetrics(
  registry: Registry,
  keyAgesMs: () => Readonly<Record<string, number>>,
): void {
  new Gauge({
    name: 'patron_graph_issuer_keys_age_seconds',
    help: "Time since an issuer's keys were fetched. After 24 hours they are not used any more.",
    labelNames: ['issuer'],
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.reset();
      for (const [issuer, ageMs] of Object.entries(keyAgesMs())) {
        this.set({ issuer }, ageMs / 1000);
      }
    },
  });
}
