/** Decides many applications in batches. Each batch is one operation. */
import {
  type Graph,
  type GraphAnswer,
  GraphError,
  type MissingValue,
  newReference,
  type SettledPayload,
  settle,
} from '@patron-graph/kit';
import type { SendState } from '../../tones.ts';

export interface Decision {
  readonly state: SendState;
  /** The messages of the rules that refused the decision. */
  readonly problems: readonly string[];
  /** The errors of a request that was rejected before any rule was checked. */
  readonly missing: readonly MissingValue[];
}

/** A decision for a request that the graph did not reject. */
export const decisionIn = (state: SendState, problems: readonly string[] = []): Decision => ({
  state,
  problems,
  missing: [],
});

type Decided = readonly [applicationId: string, decision: Decision];

export interface Batch {
  /** The idempotency key. An operation that is sent again with the same key is done only once. */
  readonly reference: string;
  readonly applicationIds: readonly string[];
  /** Whether the batch was sent before, with an unknown outcome. */
  readonly isSentAgain: boolean;
}

/** Batches of at most `size` applications, in the given order. */
export function batchesOf(applicationIds: readonly string[], size: number): readonly Batch[] {
  return Array.from({ length: Math.ceil(applicationIds.length / size) }, (_, index) => ({
    reference: newReference(),
    applicationIds: applicationIds.slice(index * size, (index + 1) * size),
    isSentAgain: false,
  }));
}

interface BatchPayload extends SettledPayload {
  readonly operation: SettledPayload['operation'] & { readonly code: string };
  readonly problems: readonly { readonly message: string }[];
}

/** Functions that send a batch, and read its answer. */
interface Deciding<Data, Payload extends BatchPayload> {
  send(graph: Graph, batch: Batch): Promise<GraphAnswer<Data>>;
  payloadOf(data: Data): Payload | null;
  /** Reads the decisions from a payload. Called only if the state of the payload's operation is `DONE`. */
  decidedIn(payload: Payload, batch: Batch): readonly Decided[];
}

/**
 * Called with the known decisions of a batch. `code` is the code of the batch's operation. `code` is null before the
 * first answer, and after a failure.
 */
type Progress = (batch: Batch, decided: readonly Decided[], code: string | null) => void;

/**
 * Sends one batch after the other, in the given order. An unsettled batch is sent again until it is settled. The next
 * batches don't wait for an unsettled batch.
 *
 * @param onProgress called at each change of state
 * @param signal if it aborts, no more batches are sent, and unsettled batches are not sent again; the graph still
 * completes the batches that were sent
 * @returns resolves when each batch that was sent is settled or has failed; never rejects
 */
export type DecideBatches = (
  graph: Graph,
  batches: readonly Batch[],
  onProgress: Progress,
  signal: AbortSignal,
) => Promise<void>;

/** Gives each application of a batch the same decision. */
export const sameForAll = ({ applicationIds }: Batch, decision: Decision): readonly Decided[] =>
  applicationIds.map((id) => [id, decision]);

export const textsOf = (problems: BatchPayload['problems']): readonly string[] =>
  problems.map(({ message }) => message);

export const decideWith =
  <Data, Payload extends BatchPayload>(deciding: Deciding<Data, Payload>): DecideBatches =>
  async (graph, batches, onProgress, signal) => {
    const sent: Promise<void>[] = [];
    for (const batch of batches) {
      if (signal.aborted) {
        break;
      }
      const unsettled = Promise.withResolvers<void>();
      const settled = decide(graph, batch, deciding, onProgress, unsettled.resolve, signal);
      sent.push(settled);
      await Promise.race([settled, unsettled.promise]);
    }
    await Promise.all(sent);
  };

async function decide<Data, Payload extends BatchPayload>(
  graph: Graph,
  batch: Batch,
  { send, payloadOf, decidedIn }: Deciding<Data, Payload>,
  onProgress: Progress,
  onUnsettled: () => void,
  signal: AbortSignal,
): Promise<void> {
  onProgress(batch, sameForAll(batch, decisionIn('sending')), null);
  try {
    const payload = await settle(() => send(graph, batch), payloadOf, {
      isSentAgain: batch.isSentAgain,
      onUnsettled({ operation }) {
        onProgress(batch, sameForAll(batch, decisionIn('unsettled')), operation.code);
        onUnsettled();
      },
      signal,
    });
    const { operation, problems } = payload;
    const decided =
      operation.state === 'DONE'
        ? decidedIn(payload, batch)
        : sameForAll(batch, decisionIn('refused', textsOf(problems)));
    onProgress(batch, decided, operation.code);
  } catch (error) {
    onProgress(batch, sameForAll(batch, decisionAfter(error)), null);
  }
}

/** After an error about a missing right, nothing was decided. After any other error, a decision may have been made. */
const decisionAfter = (error: unknown): Decision =>
  error instanceof GraphError && error.isForbidden
    ? { state: 'refused', problems: [], missing: error.missing }
    : decisionIn('failed');
