import type { LogKind } from '../log/rows.ts';
import type { NoticeKind } from '../notices.ts';

export type AccountChangeKind = Extract<LogKind, `CHARGE_${string}` | `PAYMENT_${string}`>;
/** The kinds of notices about patrons' accounts. */
export type AccountNoticeKind = Extract<NoticeKind, `charge.${string}` | `payment.${string}`>;

/** One change of a patron's account in the payment system, such as a new charge. */
export interface AccountChange {
  readonly kind: AccountChangeKind;
  readonly patronId: string;
  /** The notice to send to the patron because of this change. Null for none. */
  readonly notice: Pick<AccountNews, 'kind' | 'subject'> | null;
}

/** What a notice to the patron must report. */
export interface AccountNews {
  readonly id: string;
  readonly kind: AccountNoticeKind;
  readonly patronId: string;
  /** The subject of the notice: the day of charges, or a payment. 1 to 64 characters. */
  readonly subject: string;
}

/**
 * The changes of patrons' accounts that notices must report (*news*). The follower of the payment system adds them, and
 * they are kept until their notice is made. The methods reject like the methods of `Journal`.
 */
export interface NewsOfAccounts {
  /** The oldest news, at most `maxItems` (1 to 500). News that nobody takes is removed after seven days. */
  newsOfAccounts(maxItems: number): Promise<readonly AccountNews[]>;
  /** Removes news (0 to 500 ids) for which the notices were made. */
  newsTaken(ids: readonly string[]): Promise<void>;
}
