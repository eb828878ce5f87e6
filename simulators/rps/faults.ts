import type { Change, Order } from './ledger/rows.ts';
import { ADDRESSING, WCF, WSSE } from './names.ts';

/** A request that fails step 1 of RPS's nine checks gets this HTTP status, and no body. */
export type TransportStatus = 400 | 413 | 415;

/** The namespace of each fault subcode that steps 3 to 5 of RPS's nine checks report. */
const subcodes = {
  MessageAddressingHeaderRequired: ADDRESSING,
  InvalidAddressingHeader: ADDRESSING,
  DestinationUnreachable: ADDRESSING,
  ActionNotSupported: ADDRESSING,
  InvalidSecurity: WSSE,
  MessageExpired: WSSE,
  FailedAuthentication: WSSE,
  DeserializationFailed: WCF,
} as const;

export type Subcode = keyof typeof subcodes;

/** The fault of a request that fails one of the steps 2 to 5 of RPS's nine checks. It has no detail element. */
export class EnvelopeFault extends Error {
  override readonly name = 'EnvelopeFault';
  readonly code: 'VersionMismatch' | 'MustUnderstand' | 'Sender';
  readonly subcode: { readonly uri: string; readonly local: Subcode } | null;

  constructor(code: 'VersionMismatch' | 'MustUnderstand' | Subcode, message: string) {
    super(message);
    const isSubcode = code !== 'VersionMismatch' && code !== 'MustUnderstand';
    this.code = isSubcode ? 'Sender' : code;
    this.subcode = isSubcode ? { uri: subcodes[code], local: code } : null;
  }
}

export interface Problem {
  /** The path of an invalid value in `request`, with indexes from 0: `Lines[3].Amount`. */
  readonly field: string;
  readonly text: string;
}

export type BusinessCode =
  | 'NoSuchCharge'
  | 'NotThisPatron'
  | 'AlreadySettled'
  | 'ChargeInOrder'
  | 'AmountMismatch'
  | 'AmountTooSmall'
  | 'NoSuchOrder'
  | 'OrderNotPending'
  | 'OrderNotPaid'
  | 'ChargeNotInOrder'
  | 'RefundTooLarge';

/** The detail element of the fault of a request that fails one of the steps 6 to 9 of RPS's nine checks. */
export type FaultDetail =
  | { readonly kind: 'SystemFault'; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'DuplicateFault'; readonly led: { readonly order: Order } | { readonly change: Change } }
  | { readonly kind: 'ValidationFault'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'BusinessFault';
      readonly code: BusinessCode;
      readonly chargeNo: string | null;
      readonly orderNo: string | null;
    };

export class TypedFault extends Error {
  override readonly name = 'TypedFault';
  readonly detail: FaultDetail;

  constructor(message: string, detail: FaultDetail) {
    super(message);
    this.detail = detail;
  }
}

/** Returns the fault for a request that violates a rule of the ledger. RPS reports only the first violation. */
export const refusal = (
  code: BusinessCode,
  { chargeNo, orderNo }: { readonly chargeNo?: string; readonly orderNo?: string },
): TypedFault =>
  new TypedFault(businessTexts[code], {
    kind: 'BusinessFault',
    code,
    chargeNo: chargeNo ?? null,
    orderNo: orderNo ?? null,
  });

const businessTexts: Readonly<Record<BusinessCode, string>> = {
  NoSuchCharge: 'There is no such charge.',
  NotThisPatron: 'The charge is not of this patron.',
  AlreadySettled: 'Nothing is outstanding on the charge.',
  ChargeInOrder: 'The charge is in a pending order.',
  AmountMismatch: 'The amount is more than what is outstanding.',
  AmountTooSmall: 'A part is at least 1.00.',
  NoSuchOrder: 'There is no such order.',
  OrderNotPending: 'The order is not pending.',
  OrderNotPaid: 'The order is not paid.',
  ChargeNotInOrder: 'The charge is not in the order.',
  RefundTooLarge: 'The amount is more than the line paid.',
};
