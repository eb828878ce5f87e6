import type { Operation } from '../../../store/journal/port.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { erasureReceipt, keptRecords } from '../../operations/results/erasure-receipt.ts';
import { operationFields, payloadFields } from '../../operations/results/payload.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { PatronsContext } from '../context.ts';
import { erasePatron } from '../procedures/erase-patron.ts';

interface ErasePatronInput {
  readonly reference: string;
  readonly patronId: string;
}

export const erasureMutations = {
  /** Erases the data that this service keeps of a patron, for staff only. */
  erasePatron(
    _: unknown,
    { input: { reference, patronId } }: { readonly input: ErasePatronInput },
    { services, caller, signal }: PatronsContext,
  ): Promise<Operation> {
    requireRead(caller, null, ['patrons:write']);
    return startProcedure(services, erasePatron, caller, reference, { patronId }, signal);
  },
};

/** Resolvers for the payload, for the type that implements `Operation`, and for the receipt that both show. */
export const erasureResults = {
  ErasePatronPayload: { ...payloadFields, receipt: erasureReceipt },
  ErasePatronOperation: { ...operationFields, receipt: erasureReceipt },
  KeptRecords: keptRecords,
};
