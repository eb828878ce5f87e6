import type { LogKind } from '../log/rows.ts';
import type { NoticeKind } from '../notices.ts';

/** The kinds of the log that tell of patrons' accounts. */
export type AccountChangeKind = Extract<LogKind, `CHARGE_${string}` | `PAYMENT_${string}`>;
/** The kinds of notices that tell of them. */
export type AccountNoticeKind = Extract<NoticeKind, `charge.${string}` | `payment.${string}`>;

/** One change of an account that the payment system has told. */
export interface AccountChange {
  readonly kind: AccountChangeKind;
  readonly patronId: string;
  /** The notice that it leads to. Null if it leads to none. */
  readonly notice: Pick<AccountNews, 'kind' | 'subject'> | null;
}

/** Something of which a notice must be made. */
export interface AccountNews {
  readonly id: string;
  readonly kind: AccountNoticeKind;
  readonly patronId: string;
  /** What it is about: the day of charges, or a payment. 1 to 64 characters. */
  readonly subject: string;
}

/**
 * The news that the follower of the payment system has found, until notices of them are made. The methods reject like those
 * of `Journal`.
 */
export interface NewsOfAccounts {
  /** The oldest news, at most `maxItems` (1 to 500). They are kept for seven days, if nobody takes them. */
  newsOfAccounts(maxItems: number): Promise<readonly AccountNews[]>;
  /** Removes news (0 to 500 ids), because their notices are made. */
  newsTaken(ids: readonly string[]): Promise<void>;
}
