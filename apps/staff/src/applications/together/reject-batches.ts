/** Rejecting many applications for one reason, as many at a time as one operation takes. */
import { type Graph, newReference, settle } from '@patron-graph/kit';
import { RejectTogetherDocument, type RejectTogetherMutation } from '../../operations.generated.ts';
import { type Decision, decisionAfter, sendInTurn } from './decisions.ts';

/** As many as the graph rejects in one operation. */
export const maxRejectedTogether = 50;

/** The applications of one operation. */
export interface Batch {
  /** Sent again with it, the operation is done once. */
  readonly reference: string;
  readonly applicationIds: readonly string[];
  /** Whether it was sent before, and nobody knows what became of that. */
  readonly isSentAgain: boolean;
}

/** What is known of the applications of a batch; `code` is its operation's, null before there is an answer. */
export type Progress = (batch: Batch, decisions: readonly Decided[], code: string | null) => void;
type Decided = readonly [applicationId: string, decision: Decision];

/** In the given order. */
export function batchesOf(applicationIds: readonly string[]): readonly Batch[] {
  const count = Math.ceil(applicationIds.length / maxRejectedTogether);
  return Array.from({ length: count }, (_, index) => ({
    reference: newReference(),
    applicationIds: applicationIds.slice(index * maxRejectedTogether, (index + 1) * maxRejectedTogether),
    isSentAgain: false,
  }));
}

/**
 * Rejects one batch after the other, as `sendInTurn` does.
 *
 * @param onProgress called at each change of state
 * @param signal stops before the next batch, and stops waiting for unsettled ones; the graph goes on with what was sent
 * @returns resolves once each is settled or has failed; never rejects
 */
export const rejectBatches = (
  graph: Graph,
  batches: readonly Batch[],
  reason: string,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<void> =>
  sendInTurn(
    batches,
    (batch, onUnsettled) => reject(graph, batch, reason, onProgress, onUnsettled, signal),
    signal,
  );

async function reject(
  graph: Graph,
  batch: Batch,
  reason: string,
  onProgress: Progress,
  onUnsettled: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { reference, applicationIds, isSentAgain } = batch;
  const input = { reference, applicationIds, reason };
  const each = (decision: Decision) => applicationIds.map((id) => [id, decision] as const);
  onProgress(batch, each({ state: 'sending', problems: [] }), null);
  try {
    const { operation, outcomes, problems } = await settle(
      () => graph.ask(RejectTogetherDocument, { input }),
      ({ rejectApplications }) => rejectApplications,
      {
        isSentAgain,
        onUnsettled(payload) {
          onProgress(batch, each({ state: 'unsettled', problems: [] }), payload.operation.code);
          onUnsettled();
        },
        signal,
      },
    );
    const isDone = operation.state === 'DONE';
    const decided = isDone
      ? outcomes.map(decidedOf)
      : each({ state: 'refused', problems: textsOf(problems) });
    onProgress(batch, decided, operation.code);
  } catch (error) {
    onProgress(batch, each(decisionAfter(error)), null);
  }
}

type Outcome = NonNullable<RejectTogetherMutation['rejectApplications']>['outcomes'][number];

const stateOf = { DONE: 'done', REFUSED: 'refused', UNSETTLED: 'unsettled' } as const;

const textsOf = (problems: Outcome['problems']): readonly string[] => problems.map(({ message }) => message);

const decidedOf = ({ applicationId, state, problems }: Outcome): Decided => [
  applicationId,
  { state: stateOf[state], problems: textsOf(problems) },
];
