/** What edges and pages ask of the graph, told to an observer. */
import { type GraphClient, type GraphRelay, operationName } from './client.ts';

export interface GraphObserver {
  /** The edge has asked the graph. `errors`: beside what was answered, or instead. `failed`: there was no answer in time. */
  asked?(operationName: string, outcome: 'answered' | 'errors' | 'failed', ms: number): void;
  /** A request of a page was relayed. `rejected`: as a whole, with a status from 400 to 499. `failed`: another one, or no answer. */
  relayed?(outcome: 'answered' | 'rejected' | 'failed', ms: number): void;
}

/** The same graph, which tells of each question. */
export const observedGraph = (graph: GraphClient, observer: GraphObserver): GraphClient => ({
  ask: (operation, request) =>
    timed(
      () => graph.ask(operation, request),
      ({ errors }) => (errors.length === 0 ? 'answered' : 'errors'),
      (outcome, ms) => observer.asked?.(operationName(operation), outcome, ms),
    ),
});

/** The same relay, which tells of each request. It knows the answer's status alone. */
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

/** Resolves and rejects as `ask` does. `tell` is given the outcome, `failed` where it rejects, and the time. */
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
