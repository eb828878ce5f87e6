import { Counter, type Registry } from 'prom-client';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { BoundHistogram } from '../bound-series.ts';
import { codesOf, createCodeLabels } from '../error-codes.ts';
import { requestBuckets } from '../server.ts';

export function measureAnswers(registry: Registry) {
  const durations = new BoundHistogram({
    name: 'patron_graph_subgraph_answer_duration_seconds',
    help: 'Time in which a subgraph answered a request of the gateway, without HTTP.',
    labelNames: ['subgraph'],
    buckets: requestBuckets,
    registry,
  });
  const errorCodes = new Counter({
    name: 'patron_graph_subgraph_errors_total',
    help: "A subgraph's answers that have an error with this code.",
    labelNames: ['subgraph', 'code'],
    registers: [registry],
  });
  const codeLabels = createCodeLabels();
  return {
    answered(subgraph, errors, ms) {
      durations.observe(ms / 1000, subgraph);
      for (const code of codesOf(errors ?? [])) {
        errorCodes.inc({ subgraph, code: codeLabels.labelOf(code) });
      }
    },
  } satisfies ServiceObserver;
}
