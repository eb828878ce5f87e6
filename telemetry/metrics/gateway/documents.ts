import { Counter, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';

/** Counts the documents that were checked, if manifests are configured or documents are registered. */
export function measureDocuments(registry: Registry) {
  const documents = new Counter({
    name: 'patron_graph_documents_total',
    help: 'Documents that clients sent or named: known from a manifest or registered; unknown, and served all the same; or refused.',
    labelNames: ['decision', 'audience'],
    registers: [registry],
  });
  return {
    documentJudged: (decision, audience) => documents.inc({ decision, audience }),
  } satisfies GatewayObserver;
}
