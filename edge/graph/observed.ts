/** Clients of the graph that report each request to an observer. */
import { type GraphClient, type GraphRelay, operationName } from './client.ts';

export interface GraphObserver {
  /**
   * Called after each request of an edge. `errors` means that the answer has errors, with or without data. `failed`
   * means that no usable answer came in time.
   */
  asked?(operationName: string, outcome: 'answered' | 'errors' | 'failed', ms: number): void;
  /**
   * Called after each relayed request of a page. `rejected` means a status from 400 to 499. `failed` means a status
   * from 500, or no answer.
   */
  relayed?(outcome: 'answered' | 'rejected' | 'failed', ms: number): void;
}

/** A client that reports each request to the observer. */
export const observedGraph = (graph: GraphClient, observer: GraphObserver): GraphClient => ({
  ask: (operation, request) =>
    timed(
      () => graph.ask(operation, request),
      ({ errors }) => (errors.length === 0 ? 'answered' : 'errors'),
      (outcome, ms) => observer.asked?.(operationName(operation), outcome, ms),
    ),
});

/** A relay that reports each request to the observer. The outcome depends only on the answer's status. */
export const observedRelay = (graph: GraphRelay, observer: GraphObserver): GraphRelay => ({
  relay: (request) =>
    timed(
      () => graph.relay(request),
      ({ status }) => outcomeOf(status),
      (outcome, ms) => observer.relayed?.(outcome, ms),
    ),
});

function outcomeOf(status: number): 'answered' | 'rejected' | 'failed' {
  if (status < 400) {
    return 'answered';
  }
  return status < 500 ? 'rejected' : 'failed';
}

/**
 * Resolves and rejects as `ask` does. Calls `tell` with the outcome and the time taken. If `ask` rejects, the outcome
 * is `failed`.
 */
async function timed<Answer, Outcome extends string>(
  ask: () => Promise<Answer>,
  outcomeOfAnswer: (answer: Answer) => Outcome,
  tell: (outcome: Outcome | 'failed', ms: number) => void,
): Promise<Answer> {
  const startedAt = performance.now();
  let outcome: Outcome | 'failed' = 'failed';
  try {
    const answer = await ask();
    outcome = outcomeOfAnswer(answer);
    return answer;
  } finally {
    tell(outcome, performance.now() - startedAt);
  }
}
