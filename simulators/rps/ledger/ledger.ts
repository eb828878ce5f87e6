import { ChangeLog } from './change-log.ts';
import type { Change, Charge, Credit, NewCharge, Order } from './rows.ts';
import type { Ticks } from './ticks.ts';

/** What a request with a reference (`MerchantRef`) has created: an order, a refund of an order, or a waiver. */
export type Referenced =
  | { readonly kind: 'order' | 'refund'; readonly orderNo: string }
  | { readonly kind: 'waiver'; readonly change: Change };

export interface ClerksRequest {
  /** Null for a refund that RPS makes by itself. */
  readonly merchantRef: string | null;
  readonly clerkId: string | null;
  readonly reason: string | null;
}

/**
 * The charges and credits of RPS. `raise` and `waive` also add a row to `ListChanges`, with the time `at`. Neither
 * checks rules: `operations/writes.ts` does this before. `Orders` pays and refunds charges.
 */
export class Ledger {
  readonly changes = new ChangeLog();
  readonly #charges = new Map<string, Charge>();
  readonly #chargesOf = new Map<string, Charge[]>();
  readonly #creditsOf = new Map<string, Credit[]>();
  /**
   * The used references, which are never removed. Orders, waivers and refunds share one set of references
   * (`MerchantRef`).
   */
  readonly #references = new Map<string, Referenced>();
  /** The last number of each kind of row. For orders, the kind contains the Hong Kong year. */
  readonly #lastNumbers = new Map<string, number>();

  charge = (chargeNo: string): Charge | undefined => this.#charges.get(chargeNo);
  chargesOf = (patronNo: string): readonly Charge[] => this.#chargesOf.get(patronNo) ?? [];
  creditsOf = (patronNo: string): readonly Credit[] => this.#creditsOf.get(patronNo) ?? [];
  referenced = (merchantRef: string): Referenced | undefined => this.#references.get(merchantRef);

  remember(merchantRef: string, referenced: Referenced): void {
    this.#references.set(merchantRef, referenced);
  }

  /** Returns the next free number with the prefix `kind`, without reserving it. */
  nextNumber(kind: string, digits: number): string {
    return `${kind}${String((this.#lastNumbers.get(kind) ?? 0) + 1).padStart(digits, '0')}`;
  }

  /** Reserves `number`, whose prefix is `kind`. `nextNumber` then returns a higher one. Returns `number`. */
  take(number: string, kind: string): string {
    const value = Number(number.slice(kind.length));
    this.#lastNumbers.set(kind, Math.max(this.#lastNumbers.get(kind) ?? 0, value));
    return number;
  }

  addCredit(credit: Credit): void {
    this.#creditsOf.set(credit.patronNo, [...this.creditsOf(credit.patronNo), credit]);
  }

  raise(raised: NewCharge, at: Ticks): Charge {
    if (raised.chargeNo.startsWith('G')) {
      this.take(raised.chargeNo, 'G');
    }
    const audit = { version: 1, changedAt: at };
    const charge: Charge = { ...raised, ...audit, raisedAt: at, pendingOrderNo: null, adjustments: [] };
    const { chargeNo, patronNo, cents } = charge;
    this.#charges.set(chargeNo, charge);
    const own = this.#chargesOf.get(patronNo);
    if (own === undefined) {
      this.#chargesOf.set(patronNo, [charge]);
    } else {
      own.push(charge);
    }
    this.changes.write({ ...nobody, type: 'ChargeRaised', at, patronNo, chargeNos: [chargeNo], cents });
    return charge;
  }

  waive(charge: Charge, cents: number, request: ClerksRequest, channel: string | null, at: Ticks): void {
    const { merchantRef, clerkId, reason } = request;
    charge.adjustments.push({ kind: 'Waiver', at, cents, merchantRef, origin: { channel, clerkId } });
    touch(charge, at);
    const change = this.changes.write({
      type: 'ChargeWaived',
      at,
      patronNo: charge.patronNo,
      merchantRef,
      orderNo: null,
      chargeNos: [charge.chargeNo],
      cents,
      clerkId,
      reason,
    });
    if (merchantRef !== null) {
      this.remember(merchantRef, { kind: 'waiver', change });
    }
  }
}

const nobody = { merchantRef: null, orderNo: null, clerkId: null, reason: null } as const;

/** Counts a change of an existing row. A new row already has version 1. */
export function touch(row: Charge | Order, at: Ticks): void {
  row.version += 1;
  row.changedAt = at;
}
