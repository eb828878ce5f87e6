import type { Graph } from '@patron-graph/kit';
import { useSignal } from '@patron-graph/ui';
import { useCallback, useState } from 'react';
import { type Renewals, renewalsSent, renewLoans } from '../graph/loans.ts';
import type { CardAndPin } from '../operations.generated.ts';

export interface RenewalsOfVisit {
  /** Each renewal in its current state, the last one last. */
  readonly runs: readonly Renewals[];
  /** Whether a renewal is under way. */
  readonly busy: boolean;
  renew(reader: CardAndPin, loanIds: readonly string[]): void;
}

/** The renewals of this visit. They continue while the reader does something else, and are dropped with the component. */
export function useRenewals(graph: Graph): RenewalsOfVisit {
  const [runs, setRuns] = useState<readonly Renewals[]>([]);
  const [busy, setBusy] = useState(false);
  const signalNow = useSignal();
  const renew = useCallback(
    async (reader: CardAndPin, loanIds: readonly string[]) => {
      const signal = signalNow();
      setBusy(true);
      let index: number | null = null;
      const show = (run: Renewals) => {
        if (!signal.aborted) {
          setRuns((before) => {
            index ??= before.length;
            return before.toSpliced(index, 1, run);
          });
        }
      };
      show(renewalsSent);
      show(await renewLoans(graph, reader, loanIds, { signal, onUnsettled: show }));
      if (!signal.aborted) {
        setBusy(false);
      }
    },
    [graph, signalNow],
  );
  return { runs, busy, renew: (reader, loanIds) => void renew(reader, loanIds) };
}
