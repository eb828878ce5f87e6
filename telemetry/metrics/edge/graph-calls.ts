import { Histogram, type Registry } from 'prom-client';
import type { GraphObserver } from '../../../edge/graph/observed.ts';
import { requestBuckets } from '../server.ts';

/**
 * Measures the requests that sign-in, SIP2 and the web pages send to the graph. The label is the operation's name.
 * These programs have a fixed set of operations, so the label has few values.
 */
export function measureGraphCalls(registry: Registry) {
  const registers = [registry];
  const questions = new Histogram({
    name: 'patron_graph_edge_call_duration_seconds',
    help: 'Time of what sign-in or SIP2 asked of the graph. Outcome: answered; errors, beside what was answered or instead; failed, without an answer in time.',
    labelNames: ['graphql_operation_name', 'outcome'],
    buckets: requestBuckets,
    registers,
  });
  const relayedRequests = new Histogram({
    name: 'patron_graph_page_call_duration_seconds',
    help: 'Time of what pages asked of the graph. Outcome: answered; rejected, as a whole, with a status from 400 to 499; failed, with another one or without an answer in time.',
    labelNames: ['outcome'],
    buckets: requestBuckets,
    registers,
  });
  return {
    asked: (graphql_operation_name, outcome, ms) =>
      questions.observe({ graphql_operation_name, outcome }, ms / 1000),
    relayed: (outcome, ms) => relayedRequests.observe({ outcome }, ms / 1000),
  } satisfies GraphObserver;
}
