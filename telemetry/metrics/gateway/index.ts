/** What a gateway measures of itself. */
import type { Registry } from 'prom-client';
import type { OpenDocuments } from '../../../gateway/access/documents/open-documents.ts';
import type { ObserveDecision } from '../../../gateway/access/documents/policy.ts';
import type { Issuers } from '../../../gateway/access/issuers/open-issuers.ts';
import type { ObserveRateRefusal } from '../../../gateway/access/rates/rate-limiter.ts';
import type { ObserveWait, WaitingByClass } from '../../../gateway/engine/documents/preparation-queue.ts';
import type { ObserveFetch } from '../../../gateway/engine/fetch-subgraphs.ts';
import type { ObserveRefusal } from '../../../gateway/engine/request.ts';
import type { RequestObserver } from '../../../gateway/http/server.ts';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import type { Health } from '../../../platform/lifecycle/health.ts';
import { addHealthMetrics } from '../health.ts';
import { addWaitingMetrics, observeRefusals } from './admission.ts';
import { addCacheMetrics } from './caches.ts';
import { observeDocuments } from './documents.ts';
import { observeFetches } from './fetches.ts';
import { addIssuerMetrics } from './issuers.ts';
import { type ObservePlanning, observePlanning, observePreparation } from './planning.ts';
import { observeRateRefusals, observeRates } from './rates.ts';
import { observeRequests } from './requests.ts';

/** The parts of a gateway that metrics are taken from. */
export interface RunningParts {
  readonly health: Health;
  /** Null where every caller is anonymous. */
  readonly issuers: Pick<Issuers, 'clients' | 'keyAgesMs'> | null;
  readonly documents: Pick<OpenDocuments, 'operationNames'>;
  readonly caches: () => Readonly<Record<string, CacheStats>>;
  /** What waits to be prepared. */
  readonly waiting: () => WaitingByClass;
}

export interface GatewayMetrics {
  readonly onFetched: ObserveFetch;
  readonly onPlanned: ObservePlanning;
  readonly onPreparationWaited: ObserveWait;
  readonly onRatesShared: (isShared: boolean) => void;
  readonly onRateRefused: ObserveRateRefusal;
  readonly onRefused: ObserveRefusal;
  readonly onDecision: ObserveDecision;
  /** To be called once, when the parts are there. What it returns is to be told of each request. */
  observeRunning(parts: RunningParts): RequestObserver;
}

export const createGatewayMetrics = (registry: Registry): GatewayMetrics => ({
  onFetched: observeFetches(registry),
  onPlanned: observePlanning(registry),
  onPreparationWaited: observePreparation(registry),
  onRatesShared: observeRates(registry),
  onRateRefused: observeRateRefusals(registry),
  onRefused: observeRefusals(registry),
  onDecision: observeDocuments(registry),
  observeRunning({ health, issuers, documents, caches, waiting }) {
    addHealthMetrics(registry, health);
    addCacheMetrics(registry, caches);
    addWaitingMetrics(registry, waiting);
    addIssuerMetrics(registry, issuers?.keyAgesMs ?? (() => ({})));
    return observeRequests(registry, {
      operationNames: documents.operationNames,
      clients: issuers?.clients ?? new Set(),
    });
  },
});
