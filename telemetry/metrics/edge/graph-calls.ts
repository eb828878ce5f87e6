import { Histogram, type Registry } from 'prom-client';
import { type GraphClient, type GraphRelay, operationName } from '../../../edge/graph/client.ts';
import { requestBuckets } from '../server.ts';

/** Measures what an edge asks of the graph. The names of operations are its own, and few. */
export function observeGraphCalls(registry: Registry): (graph: GraphClient) => GraphClient {
  const durations = new Histogram({
    name: 'patron_graph_edge_call_duration_seconds',
    help: 'Time of what sign-in or SIP2 asked of the graph. Outcome: answered; errors, beside what was answered or instead; failed, without an answer in time.',
    labelNames: ['graphql_operation_name', 'outcome'],
    buckets: requestBuckets,
    registers: [registry],
  });
  return (graph) => ({
    ask: (operation, request) =>
      timed(
        () => graph.ask(operation, request),
        ({ errors }) => (errors.length === 0 ? 'answered' : 'errors'),
        (outcome, seconds) =>
          durations.observe({ graphql_operation_name: operationName(operation), outcome }, seconds),
      ),
  });
}

/** Measures what pages ask of the graph. The server that passes it on knows the status alone. */
export function observeRelayedCalls(registry: Registry): (graph: GraphRelay) => GraphRelay {
  const durations = new Histogram({
    name: 'patron_graph_page_call_duration_seconds',
    help: 'Time of what pages asked of the graph. Outcome: answered; rejected, as a whole, with a status from 400 to 499; failed, with another one or without an answer in time.',
    labelNames: ['outcome'],
    buckets: requestBuckets,
    registers: [registry],
  });
  return (graph) => ({
    relay: (request) =>
      timed(
        () => graph.relay(request),
        ({ status }) => outcomeOf(status),
        (outcome, seconds) => durations.observe({ outcome }, seconds),
      ),
  });
}

function outcomeOf(status: number): 'answered' | 'rejected' | 'failed' {
  if (status < 400) {
    return 'answered';
  }
  return status < 500 ? 'rejected' : 'failed';
}

/** What `ask` resolves to, or rejects with. `observe` is told how that went, `failed` where it rejects, and how long it took. */
async function timed<Answer>(
  ask: () => Promise<Answer>,
  outcomeOfAnswer: (answer: Answer) => string,
  observe: (outcome: string, seconds: number) => void,
): Promise<Answer> {
  const startedAt = performance.now();
  let outcome = 'failed';
  try {
    const answer = await ask();
    outcome = outcomeOfAnswer(answer);
    return answer;
  } finally {
    observe(outcome, (performance.now() - startedAt) / 1000);
  }
}
