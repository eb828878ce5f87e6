import type { Localized } from '../../../library/language.ts';
import type { reasons } from '../reasons.ts';

type ReasonOf<Kind extends keyof typeof reasons> = (typeof reasons)[Kind][number];

/** The problem codes whose messages readers get, in their own mutations and in `Patron.borrowing`. */
export type ReaderCode =
  | ReasonOf<
      | 'RENEW_LOAN'
      | 'RENEW_LOANS'
      | 'RENEW_ALL_LOANS'
      | 'PLACE_HOLD'
      | 'CANCEL_HOLD'
      | 'CHANGE_PICKUP_BRANCH'
      | 'SET_NOTICE_PREFERENCES'
    >
  | 'QUOTA_REACHED'
  | 'CHARGES_LIMIT_REACHED';

/**
 * The problem codes whose messages readers get at a station: all codes for readers, and those of lending and returning.
 */
export type StationCode = ReaderCode | ReasonOf<'CHECK_OUT' | 'CHECK_IN'>;

/** A message, or a function that makes it from the number of loans or holds that the patron has. */
export type Text = Localized | ((count: number) => Localized);
