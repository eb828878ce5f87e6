import type { ChargesLedger, Origin, Statement } from '../../../../adapters/charges/port.ts';
import { createChargesLedger } from '../../../../adapters/charges/soap.ts';
import { systemOf } from '../../../../platform/systems.ts';
import { defaultLogin } from '../../../../simulators/added-systems.ts';
import { controlPayments } from '../../../support/services/payment-system.ts';

const batch: Origin = { channel: 'BATCH', clerkId: null };

/** The adapter of a simulated payment system at this address. */
export const ledgerAt = (url: string) =>
  createChargesLedger({ url, ...(defaultLogin(systemOf('rps')) ?? { user: '', password: '' }) });

/** Pays a charge by FPS. */
export async function pay(
  url: string,
  ledger: ChargesLedger,
  patronId: string,
  chargeId: string,
  cents: number,
): Promise<void> {
  const wanted = {
    patronId,
    lines: [{ chargeId, cents }],
    method: { kind: 'FPS' },
    returnUrl: null,
  } as const;
  const made = await ledger.createPayment(
    `pay-${chargeId}-${cents}`,
    wanted,
    batch,
    AbortSignal.timeout(10_000),
  );
  if (!('payment' in made)) {
    throw new Error(`refused: ${made.refused}`);
  }
  await controlPayments(url, { pay: made.payment.id });
}

/** Who owes how much, by the statements of these patrons. */
export async function owedBy(
  ledger: ChargesLedger,
  patronIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const question = { includeSettled: true, origin: batch };
  const statements = await ledger.statements(patronIds, question, AbortSignal.timeout(20_000));
  const owing = statements.filter(
    (statement): statement is Statement => statement !== null && statement.outstandingCents > 0,
  );
  return new Map(owing.map(({ patronId, outstandingCents }) => [patronId, outstandingCents]));
}
