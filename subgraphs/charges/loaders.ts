import type DataLoader from 'dataloader';
import type { ChargesLedger, Origin, Payment, Statement } from '../../adapters/charges/port.ts';
import type { MergedPatrons, PatronMerges } from '../../store/journal/port.ts';
import { createLoader } from '../runtime/loaders/loader.ts';
import { oncePerQuery } from '../runtime/loaders/once-per-query.ts';

/**
 * The loaders that all requests of one query share. The gateway may send several requests to *charges* for one query.
 */
export interface LedgerLoaders {
  /** Loads the statement of one record, with settled charges; null if the payment system doesn't know the record. */
  readonly statements: DataLoader<string, Statement | null>;
  readonly payments: DataLoader<string, Payment | null>;
}

export const ledgerLoaders = oncePerQuery(
  (ledger: ChargesLedger, origin: Origin, signal: AbortSignal): LedgerLoaders => ({
    statements: createLoader('statements', (patronIds) =>
      ledger.statements(patronIds, { includeSettled: true, origin }, signal),
    ),
    payments: createLoader('payments', (ids) => ledger.paymentsById(ids, origin, signal)),
  }),
);

export const mergesLoader = oncePerQuery(
  (merged: MergedPatrons): DataLoader<string, PatronMerges> =>
    createLoader('merges', (patronIds) => merged.mergesOf(patronIds)),
);
