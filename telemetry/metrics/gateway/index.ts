import type { Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import type { ServerObserver } from '../../../platform/http/server-observer.ts';
import { measureAdmission, measureWaiting } from './admission.ts';
import { measureCaches } from './caches.ts';
import { measureDocuments } from './documents.ts';
import { measureFetches } from './fetches.ts';
import { measureHooks } from './hooks.ts';
import { measureIssuers } from './issuers.ts';
import { measurePlanning } from './planning.ts';
import { measureRates } from './rates.ts';
import { measureRequests } from './requests.ts';
import { measureStreams } from './streams.ts';
import { measureUpstreams } from './upstreams.ts';

/** The metrics of a gateway, without the metrics of its server. */
export const createGatewayMetrics = (
  registry: Registry,
): Required<Omit<GatewayObserver, keyof ServerObserver>> => ({
  ...measureFetches(registry),
  ...measurePlanning(registry),
  ...measureRates(registry),
  ...measureAdmission(registry),
  ...measureDocuments(registry),
  ...measureCaches(registry),
  ...measureWaiting(registry),
  ...measureHooks(registry),
  ...measureIssuers(registry),
  ...measureRequests(registry),
  ...measureUpstreams(registry),
  ...measureStreams(registry),
});
