import type { ResponseTo } from '../soap/client.ts';
import { UpstreamError, type UpstreamReason } from '../soap/port.ts';
import type { BusinessCode, Operations } from './contract.generated.ts';
import { eventOf, paymentOf } from './payments.ts';
import type { ChangeRefusal, RefusalCode } from './port.ts';
import { rowsOf } from './values.ts';

export type Fault = {
  [Name in keyof Operations]: Extract<ResponseTo<Operations[Name]>, { readonly kind: 'fault' }>;
}[keyof Operations];

/** RPS's codes and their meanings. No other file of this adapter knows the codes. */
const codes = {
  NoSuchCharge: 'NO_SUCH_CHARGE',
  NotThisPatron: 'NOT_THIS_PATRON',
  AlreadySettled: 'ALREADY_SETTLED',
  ChargeInOrder: 'CHARGE_IN_PAYMENT',
  AmountMismatch: 'AMOUNT_TOO_LARGE',
  AmountTooSmall: 'AMOUNT_TOO_SMALL',
  NoSuchOrder: 'NO_SUCH_PAYMENT',
  OrderNotPending: 'NOT_PENDING',
  OrderNotPaid: 'NOT_PAID',
  ChargeNotInOrder: 'CHARGE_NOT_IN_PAYMENT',
  RefundTooLarge: 'REFUND_TOO_LARGE',
} as const satisfies Record<BusinessCode, RefusalCode>;

/** The subcodes of faults that refuse the security header. */
const securitySubcodes = new Set(['InvalidSecurity', 'MessageExpired', 'FailedAuthentication']);

/**
 * The reason with which the client rejects a call after a fault. A `SystemFault` without `RetryAfterSeconds` is an
 * outage: the reason is `busy`, and a read is retried. A `SystemFault` with `RetryAfterSeconds` means that RPS is
 * closed, from 23:30 to 00:15. Reads of payments still work then, so the reason is `rejected`, which doesn't open the
 * circuit breaker.
 */
export function reasonOfFault(fault: Fault): UpstreamReason {
  if (fault.name === 'SystemFault' && fault.detail?.RetryAfterSeconds === undefined) {
    return 'busy';
  }
  return securitySubcodes.has(subcodeOf(fault)) ? 'unauthorized' : 'rejected';
}

/** A day. */
const maxRetryAfterSeconds = 86_400;

/** The delay that a busy or closed system asks for, in seconds. Null if it asks for none. */
const retryAfterOf = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.min(Math.max(seconds, 0), maxRetryAfterSeconds);

/** The error with which a read rejects after a fault. Every `SystemFault` is `busy`. */
export const errorOfRead = (fault: Fault, operation: string): UpstreamError =>
  new UpstreamError(
    'payment system',
    fault.name === 'SystemFault' ? 'busy' : reasonOfFault(fault),
    `${operation}: a fault`,
    fault.name === 'SystemFault' ? retryAfterOf(fault.detail?.RetryAfterSeconds) : null,
  );

/**
 * The refusal of a change. Every fault that RPS itself sends means that nothing was done.
 *
 * @throws {UpstreamError} `busy` for a `SystemFault` without `RetryAfterSeconds`. `unauthorized` if RPS refuses the
 * security header. `outcome-unknown` for a fault that is not recognized here, because a proxy may have sent it.
 */
export function refusalOf(fault: Fault, operation: string): ChangeRefusal {
  switch (fault.name) {
    case 'BusinessFault':
      if (fault.detail !== null) {
        const { Code, ChargeNo, OrderNo } = fault.detail;
        return { refused: codes[Code], chargeId: ChargeNo ?? null, paymentId: OrderNo ?? null };
      }
      break;
    case 'ValidationFault':
      return {
        refused: 'INVALID',
        fields: rowsOf(fault.detail?.Problems?.Problem).map(({ Field }) => Field),
      };
    case 'DuplicateFault':
      if (fault.detail?.Order !== undefined) {
        return { refused: 'DUPLICATE', made: { kind: 'PAYMENT', payment: paymentOf(fault.detail.Order) } };
      }
      if (fault.detail?.Change !== undefined) {
        return { refused: 'DUPLICATE', made: { kind: 'WAIVER', event: eventOf(fault.detail.Change) } };
      }
      break;
    case 'SystemFault': {
      const retryAfterSeconds = retryAfterOf(fault.detail?.RetryAfterSeconds);
      if (retryAfterSeconds !== null) {
        return { refused: 'CLOSED', retryAfterSeconds };
      }
      throw new UpstreamError('payment system', 'busy', `${operation}: a fault`);
    }
    case null:
      if (!fault.isGarbled && fault.side === 'sender' && subcodeOf(fault) === 'DeserializationFailed') {
        return { refused: 'INVALID', fields: [] };
      }
      if (securitySubcodes.has(subcodeOf(fault))) {
        throw new UpstreamError('payment system', 'unauthorized', `${operation}: a fault`);
      }
  }
  throw new UpstreamError('payment system', 'outcome-unknown', `${operation}: a fault without a meaning`);
}

/** The local name of the subcode. Empty if there is none. */
const subcodeOf = ({ subcode }: Fault): string => subcode?.replace(/^\{.*\}/, '') ?? '';
