/** Approving several applications, each by itself. */
import { type Graph, newReference, settle } from '@patron-graph/kit';
import { DecideDocument } from '../../operations.generated.ts';
import { type Decision, decisionAfter, sendInTurn } from './decisions.ts';

const decision = (state: Decision['state'], problems: readonly string[] = []): Decision => ({
  state,
  problems,
});

/**
 * Approves one after the other, as `sendInTurn` does.
 *
 * @param onDecision called at each change of state
 * @param signal stops before the next one, and stops waiting for unsettled ones; the graph goes on with what was sent
 * @returns resolves once each is settled or has failed; never rejects
 */
export const approveEach = (
  graph: Graph,
  applicationIds: readonly string[],
  onDecision: (applicationId: string, decision: Decision) => void,
  signal: AbortSignal,
): Promise<void> =>
  sendInTurn(
    applicationIds,
    (applicationId, onUnsettled) =>
      approve(graph, applicationId, (next) => onDecision(applicationId, next), onUnsettled, signal),
    signal,
  );

async function approve(
  graph: Graph,
  applicationId: string,
  tell: (decision: Decision) => void,
  onUnsettled: () => void,
  signal: AbortSignal,
): Promise<void> {
  const input = { reference: newReference(), applicationId, approve: true };
  tell(decision('sending'));
  try {
    const { operation, problems } = await settle(
      () => graph.ask(DecideDocument, { input }),
      ({ decideApplication }) => decideApplication,
      {
        onUnsettled() {
          tell(decision('unsettled'));
          onUnsettled();
        },
        signal,
      },
    );
    const reasons = problems.map(({ message }) => message);
    tell(operation.state === 'DONE' ? decision('done') : decision('refused', reasons));
  } catch (error) {
    tell(decisionAfter(error));
  }
}
