/**
 * The payments that were under way when this tab showed them last, so that a reader who comes back from the page of a card
 * or a wallet sees how the payment has ended. It is shown once: then it is not under way any more.
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

/** Forgets the payments. Call it when somebody signs out. */
export const dropPayments = (): void => sessionStorage.removeItem(storedAs);
