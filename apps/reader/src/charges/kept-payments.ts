/**
 * The ids of the payments that were under way when this tab last showed the charges. A reader who comes back from the
 * page of a card or a wallet can then see how the payment ended. An ended payment is shown only this once.
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

/** Removes the stored payments. Must be called when somebody signs out. */
export const dropPayments = (): void => sessionStorage.removeItem(storedAs);
