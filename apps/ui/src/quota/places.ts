interface LoanQuota {
  readonly limit: number;
  readonly used: number;
  readonly pending: number;
  readonly byCredential: readonly { readonly used: number }[] | null;
}

/** A place of a patron's quota: a loan that the quota allows, or a loan beyond the limit (R9). */
export interface Place {
  /** The index of a card in `byCredential`, or `pending` for an unsettled check-out. Null for a free place. */
  readonly takenBy: number | 'pending' | null;
  readonly isOver: boolean;
}

/**
 * The places of a quota: first the places of loans, then pending places, then free places. If more than `limit` places
 * are taken, all taken places are listed.
 */
export function placesOf({ limit, used, pending, byCredential }: LoanQuota): readonly Place[] {
  const takenBy: readonly (number | 'pending')[] = [
    ...(byCredential ?? [{ used }]).flatMap((card, index) => Array.from({ length: card.used }, () => index)),
    ...Array.from({ length: pending }, () => 'pending' as const),
  ];
  return Array.from({ length: Math.max(limit, takenBy.length) }, (_, index) => ({
    takenBy: takenBy[index] ?? null,
    isOver: index >= limit,
  }));
}
