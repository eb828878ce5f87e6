import type { ChargesLedger, Origin, Statement } from '../../../../adapters/charges/port.ts';
import { createChargesLedger } from '../../../../adapters/charges/soap.ts';
import { systemOf } from '../../../../platform/systems.ts';
import { defaultLogin } from '../../../../simulators/added-systems.ts';

const batch: Origin = { channel: 'BATCH', clerkId: null };

/** The adapter of a simulated payment system at this address. */
export const ledgerAt = (url: string) =>
  createChargesLedger({ url, ...(defaultLogin(systemOf('rps')) ?? { user: '', password: '' }) });

/** Asks the simulator's control for one thing. */
export async function control(url: string, wanted: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  if (!answer.ok) {
    throw new Error(`control: ${answer.status} ${await answer.text()}`);
  }
  return (await answer.json()) as Record<string, unknown>;
}

/** A charge for printing. Resolves to its number. */
export async function raise(url: string, patronNo: string, cents: number): Promise<string> {
  const wanted = { patronNo, purpose: 'Printing', description: 'Copies', cents };
  const { charge } = await control(url, { raise: wanted });
  return (charge as { readonly chargeNo: string }).chargeNo;
}

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
  await control(url, { pay: made.payment.id });
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
