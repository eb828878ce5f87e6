/** Configures hive-gateway with the limits that it supports. */
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  maxTokens: 10_000,
  maxDepth: 30,
  demandControl: { maxCost: 1_000_000, listSize: 10 },
});
