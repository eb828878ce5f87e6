import { pino } from 'pino';
import { DocumentPolicy } from '../../../../gateway/access/documents/policy.ts';
import { createGateway, type GatewayOptions } from '../../../../gateway/http/server.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const log = pino({ level: 'silent' });

/** A gateway that doesn't listen. It answers each request with `{ data: { a: 1 } }`, unless `options` change that. */
export function createTestGateway(options: Partial<GatewayOptions> = {}) {
  return createGateway({
    answer: async () => ({ data: { a: 1 } }),
    subscribe: async () => ({ kind: 'refused', result: { errors: [] } }),
    documents: new DocumentPolicy({ trusted: null, automatic: null, log }),
    limits: defaultLimits,
    rates: null,
    trustedProxies: [],
    corsOrigins: [],
    publicMaxAgeSeconds: 0,
    issuers: null,
    usage: null,
    forwardedHeaders: [],
    health: { known: () => Promise.resolve(), conditions: () => ({}), dependencies: () => ({}) },
    stopping: new AbortController().signal,
    explainsToAll: false,
    ide: null,
    portal: null,
    tls: null,
    log,
    ...options,
  });
}
