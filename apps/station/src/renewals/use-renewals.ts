import type { Graph } from '@patron-graph/kit';
import { useSignal } from '@patron-graph/ui';
import { useCallback, useState } from 'react';
import { type Renewals, renewalsSent, renewLoans } from '../graph/loans.ts';
import type { CardAndPin } from '../operations.generated.ts';

export interface RenewalsOfVisit {
  /** All renewals in their current states. The last renewal is at the end. */
  readonly runs: readonly Renewals[];
  readonly busy: boolean;
  renew(reader: CardAndPin, loanIds: readonly string[]): void;
}

/**
 * The renewals of this visit. They continue while the reader uses other screens, and are dropped when the component is
 * unmounted.
 */
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
