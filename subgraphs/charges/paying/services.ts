import type { ChargesLedger, Origin, StaffOrigin, Statement } from '../../../adapters/charges/port.ts';
import type { Attempts, MergedPatrons, Owing } from '../../../store/journal/port.ts';
import type { PreparedChangeServices } from '../../operations/adopted/prepared-change.ts';
import { recordsOfPerson } from '../../operations/merged-records.ts';
import type { PaymentSettings } from '../../runtime/environment/payments.ts';

export interface PayingServices extends PreparedChangeServices {
  readonly ledger: ChargesLedger;
  readonly merged: Pick<MergedPatrons, 'mergesOf'>;
  readonly owing: Pick<Owing, 'owingState'>;
  readonly attempts: Pick<Attempts, 'attempt'>;
  readonly origin: Origin;
  readonly clock: () => Date;
  readonly payments: PaymentSettings;
}

/** The services of a change that only staff make: the payment system records who waives or refunds. */
export interface ClerkServices extends PayingServices {
  readonly origin: StaffOrigin;
}

/** The statements of the patron's records. A record that the payment system does not know is left out. */
export async function statementsOf(
  services: PayingServices,
  patronId: string,
  question: Parameters<ChargesLedger['statements']>[1],
  signal: AbortSignal,
): Promise<readonly Statement[]> {
  const records = await recordsOfPerson(services.merged, patronId);
  const statements = await services.ledger.statements(records, question, signal);
  return statements.filter((statement) => statement !== null);
}
