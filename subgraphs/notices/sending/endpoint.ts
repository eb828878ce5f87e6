import type {
  DeliveryFailure,
  NoticeDelivery,
  NoticeKind,
  NoticeLanguage,
} from '../../../store/journal/port.ts';

export type Attempt =
  | { readonly kind: 'delivered' }
  /** Nothing was sent, because the reader gets no notices any more. */
  | { readonly kind: 'dropped' }
  | {
      readonly kind: 'failed';
      readonly failure: DeliveryFailure;
      /** The status that the endpoint answered with. Null if it answered with none. */
      readonly status: number | null;
      /** The pause that the endpoint requests, in ms; null if it requests none. */
      readonly retryAfterMs: number | null;
    };

export interface AttemptOptions {
  readonly sentAt: Date;
  /** The language that the reader chose. Null if the reader chose none. */
  readonly language: NoticeLanguage | null;
  /** The reader's address in the registry. Null if there is none. */
  readonly email: string | null;
}

/** The failures after which a notice is not tried again: another attempt would end in the same way. */
export const finalFailures: ReadonlySet<DeliveryFailure> = new Set(['GONE', 'REFUSED', 'NO_ADDRESS']);

/** A destination of notices: a webhook, or the mail server. */
export interface NoticeEndpoint extends AsyncDisposable {
  /** The name in logs and lists. Notices that wait for the endpoint are kept under this name. */
  readonly name: string;
  readonly kinds: ReadonlySet<NoticeKind>;
  /** Makes one attempt. Rejects if the attempt could not begin. Such a failure is not counted as an attempt. */
  deliver(delivery: NoticeDelivery, options: AttemptOptions, signal: AbortSignal): Promise<Attempt>;
}
