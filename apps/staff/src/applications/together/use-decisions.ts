import { useGraph, useSignal } from '@patron-graph/ui';
import { useState } from 'react';
import { type Batch, batchesOf, type DecideBatches, type Decision, decisionIn } from './decide-batches.ts';

export interface Decisions {
  /** The decision by application id. Null before anything is sent. */
  readonly decisions: ReadonlyMap<string, Decision> | null;
  /** The codes of the operations that the graph has recorded so far. */
  readonly codes: readonly string[];
  /** Whether some batches got no answer, and no batch is under way. `repeat` can then send them again. */
  readonly mayBeRepeated: boolean;
  start(decide: DecideBatches): void;
  /** Sends the unanswered batches again. No batch is done twice. */
  repeat(): void;
}

/**
 * Decides several applications, with at most `batchSize` in one operation. Sending stops when the component is
 * unmounted.
 */
export function useDecisions(ids: readonly string[], batchSize: number): Decisions {
  const graph = useGraph();
  const signalNow = useSignal();
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision> | null>(null);
  const [codes, setCodes] = useState<ReadonlyMap<string, string>>(new Map());
  const [unanswered, setUnanswered] = useState<readonly Batch[]>([]);
  const [lastDecide, setLastDecide] = useState<{ readonly decide: DecideBatches } | null>(null);
  const run = async (batches: readonly Batch[], decide: DecideBatches) => {
    const signal = signalNow();
    const failed = new Set<Batch>();
    setUnanswered([]);
    setLastDecide({ decide });
    await decide(
      graph,
      batches,
      (batch, decided, code) => {
        if (signal.aborted) {
          return;
        }
        setDecisions((before) => new Map([...(before ?? []), ...decided]));
        if (code !== null) {
          setCodes((before) => new Map(before).set(batch.reference, code));
        }
        if (decided.some(([, { state }]) => state === 'failed')) {
          failed.add(batch);
        }
      },
      signal,
    );
    if (!signal.aborted) {
      setUnanswered([...failed]);
    }
  };
  return {
    decisions,
    codes: [...codes.values()],
    mayBeRepeated: unanswered.length > 0,
    start(decide) {
      setDecisions(new Map(ids.map((id) => [id, decisionIn('waiting')])));
      void run(batchesOf(ids, batchSize), decide);
    },
    repeat() {
      if (lastDecide !== null) {
        void run(
          unanswered.map((batch) => ({ ...batch, isSentAgain: true })),
          lastDecide.decide,
        );
      }
    },
  };
}
