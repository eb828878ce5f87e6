interface LoanQuota {
  readonly limit: number;
  readonly used: number;
  readonly pending: number;
  readonly byCredential: readonly { readonly used: number }[] | null;
}

/** One of a patron's places (R9). */
export interface Place {
  /** The index of a card in `byCredential`, an unsettled check-out, or nothing. */
  readonly takenBy: number | 'pending' | null;
  /** Whether it is beyond the limit. */
  readonly isOver: boolean;
}

/**
 * The places of a quota: first those taken by loans, then pending ones, then free ones. There are more than `limit` if more are
 * taken.
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
