import type { reasons } from '../reasons.ts';

type ReasonOf<Kind extends keyof typeof reasons> = (typeof reasons)[Kind][number];

/** The codes that readers meet: the reasons of their mutations, and those of `Patron.borrowing`. */
export type ReaderCode =
  | ReasonOf<'RENEW_LOAN' | 'RENEW_LOANS' | 'RENEW_ALL_LOANS' | 'PLACE_HOLD' | 'CANCEL_HOLD'>
  | 'QUOTA_REACHED';

/** The codes that a reader at a station meets: theirs, and the reasons of lending and taking back. */
export type StationCode = ReaderCode | ReasonOf<'CHECK_OUT' | 'CHECK_IN'>;
