/** Configures hive-gateway for the measured streams: its subgraph sends Server-Sent Events. */
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  transportEntries: { ticks: { options: { subscriptions: { kind: 'http' } } } },
});
