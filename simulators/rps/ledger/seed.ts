import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isDay } from '../../hong-kong-time.ts';
import { Ledger } from './ledger.ts';
import { Orders } from './orders.ts';
import type { NewCharge } from './rows.ts';
import { earlierFirst, parseUtc, type Ticks } from './ticks.ts';

const time = z.string().transform((text, context): Ticks => {
  const at = parseUtc(text);
  if (at === null) {
    context.addIssue({ code: 'custom', message: 'not a UTC time' });
    return z.NEVER;
  }
  return at;
});
const day = z.string().refine(isDay, 'not a day YYYY-MM-DD').nullable();
const cents = z.int().min(1).max(999_999_999);
const chargeNo = z.string().regex(/^[FG][0-9]{7}$/, 'not F or G and seven digits');
const patronNo = z.string().regex(/^P[0-9]{7}$/, 'not P and seven digits');
const channel = z.enum(['Web', 'Counter', 'Kiosk', 'Phone', 'Partner', 'Batch']);
const text = z.string().nullable();
const line = z.strictObject({ chargeNo, cents });

/** The fields of a charge, as in the seed and in requests to the control route. */
export const chargeShape = {
  patronNo,
  cardNo: z
    .string()
    .regex(/^[0-9]{14}$/, 'not 14 digits')
    .nullable(),
  loanNo: z
    .string()
    .regex(/^L[0-9]{8}$/, 'not L and eight digits')
    .nullable(),
  purpose: z.enum(['Overdue', 'LostItem', 'Damage', 'Printing', 'RoomHire', 'CardReplacement', 'Other']),
  description: text,
  cents,
  dueOn: day,
  channel: channel.nullable(),
};

/** The fields of a payment method that are attributes. All others are elements. */
const methodAttributes: ReadonlySet<string> = new Set(['Brands', 'Provider']);

const method = z
  .object({ type: z.enum(['FpsMethod', 'CardMethod', 'WalletMethod', 'CounterMethod']) })
  .catchall(z.string())
  .transform(({ type, ...parts }) => {
    const [attributes, elements] = [true, false].map((isWanted) =>
      Object.entries(parts).filter(([name]) => methodAttributes.has(name) === isWanted),
    );
    return {
      type,
      attributes: Object.fromEntries(attributes ?? []),
      elements: Object.fromEntries(elements ?? []),
    };
  });

const refund = z.strictObject({
  refundNo: z.string(),
  merchantRef: text,
  clerkId: text,
  reason: text,
  at: time,
  automatic: z.boolean(),
  lines: z.array(line).min(1),
});

const order = z.strictObject({
  orderNo: z.string().regex(/^RO[0-9]{10}$/, 'not RO and ten digits'),
  merchantRef: z.string(),
  patronNo,
  method,
  state: z.enum(['Pending', 'Paid', 'Expired', 'Cancelled', 'PaidLate']),
  /** How the order ended before its late payment. */
  endedAs: z.enum(['Expired', 'Cancelled']).optional(),
  channel: channel.nullable(),
  note: text,
  createdAt: time,
  paidAt: time.nullable(),
  endedAt: time.nullable(),
  lines: z.array(line).min(1),
  refunds: z.array(refund),
});

const revenueSeed = z.strictObject({
  note: z.string().optional(),
  charges: z.array(z.strictObject({ chargeNo, ...chargeShape, raisedAt: time, case: z.string().optional() })),
  orders: z.array(order),
  waivers: z.array(
    z.strictObject({ chargeNo, cents, clerkId: text, reason: text, at: time, merchantRef: text }),
  ),
  credits: z.array(
    z.strictObject({
      creditNo: z.string(),
      patronNo,
      cents,
      remaining: z.int().min(0),
      reason: text,
      raisedAt: time,
      expiresOn: day,
    }),
  ),
});

export type RevenueSeed = z.output<typeof revenueSeed>;
type SeedOrder = RevenueSeed['orders'][number];

/** Checks parsed JSON. @throws z.ZodError */
export const parseRevenueSeed = (json: unknown): RevenueSeed => revenueSeed.parse(json);

export const readRevenueSeed = (): RevenueSeed =>
  parseRevenueSeed(JSON.parse(readFileSync(new URL('./revenue-seed.json', import.meta.url), 'utf8')));

/** An event of the seed. It happened before the start of RPS. */
interface Past {
  readonly at: Ticks;
  act(): void;
}

/**
 * Makes the orders and the ledger of RPS, by replaying all events of the seed in the order of their times.
 * @param others charges that are not in the seed
 */
export function seededOrders(
  seed: RevenueSeed,
  others: readonly (NewCharge & { readonly raisedAt: Ticks })[],
): Orders {
  const ledger = new Ledger();
  const orders = new Orders(ledger);
  for (const credit of seed.credits) {
    ledger.addCredit(credit);
  }
  const past: Past[] = [
    ...[...seed.charges, ...others].map(({ raisedAt, ...charge }) => ({
      at: raisedAt,
      act: () => ledger.raise(charge, raisedAt),
    })),
    ...seed.orders.flatMap((row) => lifeOf(row, orders)),
    ...seed.waivers.map((waiver) => ({
      at: waiver.at,
      act: () => {
        const charge = ledger.charge(waiver.chargeNo);
        if (charge === undefined) {
          throw new Error(`the seed waives ${waiver.chargeNo}, which it does not have`);
        }
        ledger.waive(charge, waiver.cents, waiver, null, waiver.at);
      },
    })),
  ];
  past.sort((a, b) => earlierFirst(a.at, b.at));
  for (const { act } of past) {
    act();
  }
  return orders;
}

function lifeOf(row: SeedOrder, orders: Orders): Past[] {
  const { orderNo, channel: madeThrough, createdAt, paidAt, endedAt, method: asSent } = row;
  const own = () => {
    const found = orders.get(orderNo);
    if (found === undefined) {
      throw new Error(`the seed ends ${orderNo} before its beginning`);
    }
    return found;
  };
  const life: Past[] = [
    {
      at: createdAt,
      act: () => orders.open(row, { channel: madeThrough, clerkId: null }, createdAt, orderNo),
    },
  ];
  const first = row.state === 'PaidLate' ? (row.endedAs ?? 'Expired') : row.state;
  if (endedAt !== null && (first === 'Expired' || first === 'Cancelled')) {
    life.push({ at: endedAt, act: () => orders.end(own(), first, endedAt) });
  }
  if (paidAt !== null) {
    const isLate = row.state === 'PaidLate';
    life.push({
      at: paidAt,
      act: () => (isLate ? orders.payLate(own(), asSent, paidAt) : orders.pay(own(), asSent, paidAt)),
    });
  }
  const refunds = row.refunds
    .filter(({ automatic }) => !automatic)
    .map((one) => ({ at: one.at, act: () => orders.refund(own(), one.lines, one, null, one.at) }));
  return [...life, ...refunds];
}
