import { Counter, Histogram, type Registry } from 'prom-client';
import type { Subgraph } from '../../../subgraphs/runtime/serve.ts';
import { codesOf, createCodeLabels } from '../error-codes.ts';
import { requestBuckets } from '../server.ts';

/** The same subgraph, whose answers are measured. */
export type ObserveSubgraph = (subgraph: Subgraph) => Subgraph;

export function observeSubgraphs(registry: Registry): ObserveSubgraph {
  const registers = [registry];
  const durations = new Histogram({
    name: 'patron_graph_subgraph_answer_duration_seconds',
    help: 'Time in which a subgraph answered a request of the gateway, without HTTP.',
    labelNames: ['subgraph'],
    buckets: requestBuckets,
    registers,
  });
  const errors = new Counter({
    name: 'patron_graph_subgraph_errors_total',
    help: "A subgraph's answers that have an error with this code.",
    labelNames: ['subgraph', 'code'],
    registers,
  });
  const codeLabels = createCodeLabels();
  return (subgraph) => ({
    name: subgraph.name,
    async execute(request, caller, signal) {
      const startedAt = performance.now();
      const answer = await subgraph.execute(request, caller, signal);
      durations.observe({ subgraph: subgraph.name }, (performance.now() - startedAt) / 1000);
      if (answer.errors !== undefined) {
        for (const code of codesOf(answer.errors)) {
          errors.inc({ subgraph: subgraph.name, code: codeLabels.labelOf(code) });
        }
      }
      return answer;
    },
    [Symbol.asyncDispose]: () => subgraph[Symbol.asyncDispose](),
  });
}
