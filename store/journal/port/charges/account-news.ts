import type { LogKind } from '../log/rows.ts';
import type { NoticeKind } from '../notices.ts';

/** The kinds of log rows about patrons' accounts. */
export type AccountChangeKind = Extract<LogKind, `CHARGE_${string}` | `PAYMENT_${string}`>;
/** The kinds of notices about patrons' accounts. */
export type AccountNoticeKind = Extract<NoticeKind, `charge.${string}` | `payment.${string}`>;

/** One change of a patron's account in the payment system. */
export interface AccountChange {
  readonly kind: AccountChangeKind;
  readonly patronId: string;
  /** The notice that the change leads to. Null if it leads to none. */
  readonly notice: Pick<AccountNews, 'kind' | 'subject'> | null;
}

/** A piece of news for which a notice must be made. */
export interface AccountNews {
  readonly id: string;
  readonly kind: AccountNoticeKind;
  readonly patronId: string;
  /** The subject of the notice: the day of charges, or a payment. 1 to 64 characters. */
  readonly subject: string;
}

/**
 * The news that the follower of the payment system has found. News is kept until its notice is made. The methods reject
 * like the methods of `Journal`.
 */
export interface NewsOfAccounts {
  /** The oldest news, at most `maxItems` (1 to 500). News that nobody takes is removed after seven days. */
  newsOfAccounts(maxItems: number): Promise<readonly AccountNews[]>;
  /** Removes news (0 to 500 ids) for which the notices were made. */
  newsTaken(ids: readonly string[]): Promise<void>;
}
