/**
 * Session storage's key for the ids of the payments that were under way when this tab last showed the charges. A reader
 * who comes back from the page of a card or a wallet can then see how the payment ended. An ended payment is shown
 * once, and then removed from the list.
 */
const storedAs = 'payments';

interface Stored {
  readonly patronId: string;
  readonly ids: readonly string[];
}

export function keptPayments(patronId: string): readonly string[] {
  const text = sessionStorage.getItem(storedAs);
  const stored = text === null ? null : (JSON.parse(text) as Stored);
  return stored?.patronId === patronId ? stored.ids : [];
}

export const keepPayments = (patronId: string, ids: readonly string[]): void =>
  sessionStorage.setItem(storedAs, JSON.stringify({ patronId, ids } satisfies Stored));

/** The key for the last payment that this tab has begun with another person's code, with the time of its start. */
const byCodeStoredAs = 'payment-by-code';

export interface PaymentByCode {
  readonly patronId: string;
  readonly id: string;
  readonly createdAt: string;
}

export function keptPaymentByCode(patronId: string): PaymentByCode | null {
  const text = sessionStorage.getItem(byCodeStoredAs);
  const stored = text === null ? null : (JSON.parse(text) as PaymentByCode);
  return stored?.patronId === patronId ? stored : null;
}

export const keepPaymentByCode = (payment: PaymentByCode): void =>
  sessionStorage.setItem(byCodeStoredAs, JSON.stringify(payment));

/** Removes the stored payments. Must be called when somebody signs out. */
export function dropPayments(): void {
  sessionStorage.removeItem(storedAs);
  sessionStorage.removeItem(byCodeStoredAs);
}
