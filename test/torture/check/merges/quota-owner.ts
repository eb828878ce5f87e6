import type { Merge, Moment } from '../../history.ts';

/**
 * The record whose quota counts a record's loans at a moment. After a merge, it is the record that stays. Before the
 * merge, it is the record itself.
 *
 * Example: P2 was merged into P1 at 500 ms. At 499 ms the owner of P2 is P2, and at 501 ms it is P1.
 */
export const quotaOwner = (merges: readonly Merge[], patronId: string, at: Moment): string =>
  merges.find(({ leavingId, mergedAt }) => leavingId === patronId && mergedAt < at)?.stayingId ?? patronId;
