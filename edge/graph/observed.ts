import { type GraphClient, type GraphRelay, operationName } from './client.ts';
import { GraphBusy } from './graph-busy.ts';

export interface GraphObserver {
  /**
   * Called after each request of an edge. `errors`: the answer has errors, with or without data, or the caller has too
   * many requests under way. `failed`: no usable answer came in time.
   */
  asked?(operationName: string, outcome: 'answered' | 'errors' | 'failed', ms: number): void;
  /**
   * Called after each relayed request of a page. `rejected`: the status is from 400 to 499, or the caller has too many
   * requests under way. `failed`: the status is from 500, or no answer came.
   */
  relayed?(outcome: 'answered' | 'rejected' | 'failed', ms: number): void;
}

export const observedGraph = (graph: GraphClient, observer: GraphObserver): GraphClient => ({
  ask: (operation, request) =>
    timed(
      () => graph.ask(operation, request),
      ({ errors }) => (errors.length === 0 ? 'answered' : 'errors'),
      'errors',
      (outcome, ms) => observer.asked?.(operationName(operation), outcome, ms),
    ),
});

/** Reports the outcome of each relayed request. The outcome of an answer depends only on its status. */
export const observedRelay = (graph: GraphRelay, observer: GraphObserver): GraphRelay => ({
  relay: (request) =>
    timed(
      () => graph.relay(request),
      ({ status }) => outcomeOf(status),
      'rejected',
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
 * Resolves and rejects as `ask` does. Calls `tell` with the outcome and the time taken. If the caller itself has too
 * many requests under way, the outcome is `ofOwnExcess`. After any other rejection, it is `failed`.
 */
async function timed<Answer, Outcome extends string>(
  ask: () => Promise<Answer>,
  outcomeOfAnswer: (answer: Answer) => Outcome,
  ofOwnExcess: Outcome,
  tell: (outcome: Outcome | 'failed', ms: number) => void,
): Promise<Answer> {
  const startedAt = performance.now();
  let outcome: Outcome | 'failed' = 'failed';
  try {
    const answer = await ask();
    outcome = outcomeOfAnswer(answer);
    return answer;
  } catch (error) {
    outcome = error instanceof GraphBusy && error.lack === 'caller' ? ofOwnExcess : 'failed';
    throw error;
  } finally {
    tell(outcome, performance.now() - startedAt);
  }
}
