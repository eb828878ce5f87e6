interface LoanQuota {
  readonly limit: number;
  readonly used: number;
  readonly pending: number;
  readonly byCredential: readonly { readonly used: number }[] | null;
}

/** A place in a patron's quota: one of the loans that the quota allows, or a loan beyond the limit (R9). */
export interface Place {
  /**
   * What takes the place: the index of a card in `byCredential`, or `pending` for an unsettled check-out. Null for a
   * free place.
   */
  readonly takenBy: number | 'pending' | null;
  readonly isOver: boolean;
}

/**
 * The places of a quota: first those that loans take, then those of unsettled check-outs, then free ones. If more than
 * `limit` places are taken, all taken places are listed.
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
