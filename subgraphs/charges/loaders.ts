import type DataLoader from 'dataloader';
import type { ChargesLedger, Origin, Payment, Receipt, Statement } from '../../adapters/charges/port.ts';
import { createLoader } from '../runtime/loaders/loader.ts';
import { oncePerQuery } from '../runtime/loaders/once-per-query.ts';

/** The loaders that all requests for one client query share. The gateway may send several requests for one query. */
export interface LedgerLoaders {
  /** Loads the statement of one record, with settled charges; null if the payment system doesn't know the record. */
  readonly statements: DataLoader<string, Statement | null>;
  readonly payments: DataLoader<string, Payment | null>;
  /** Loads the receipt of a payment; null if the payment system has none. Receipts are loaded one after the other. */
  readonly receipts: DataLoader<string, Receipt | null>;
}

export const ledgerLoaders = oncePerQuery(
  (ledger: ChargesLedger, origin: Origin, signal: AbortSignal): LedgerLoaders => ({
    statements: createLoader('statements', (patronIds) =>
      ledger.statements(patronIds, { includeSettled: true, origin }, signal),
    ),
    payments: createLoader('payments', (ids) => ledger.paymentsById(ids, origin, signal)),
    receipts: receiptLoader((id) => ledger.receipt(id, origin, signal)),
  }),
);

/**
 * Loads receipts one after the other, so that a query uses at most one of the few connections. The payment system makes
 * a document for each receipt, and a query may ask for many.
 */
function receiptLoader(read: (id: string) => ReturnType<ChargesLedger['receipt']>) {
  let last: Promise<unknown> = Promise.resolve();
  return createLoader('receipts', (ids) =>
    Promise.all(
      ids.map((id) => {
        const receipt = last.then(async () => {
          const answer = await read(id);
          return 'refused' in answer ? null : answer.receipt;
        });
        const settled = receipt.catch((error: unknown) => asError(error));
        last = settled;
        return settled;
      }),
    ),
  );
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
