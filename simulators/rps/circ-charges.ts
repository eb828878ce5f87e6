import type { ChargeRow, CircTables, CmsTables } from '../tables/store.ts';
import type { Orders } from './ledger/orders.ts';
import { balanceOf, type NewCharge } from './ledger/rows.ts';
import { DAY, MINUTE, parseUtc, type Ticks } from './ledger/ticks.ts';

/** The delay of charges on their way from circulation to RPS. The vendor promises at most a minute (decision 69). */
const PROPAGATION_DELAY: Ticks = MINUTE / 2n;

/** The time of circulation's nightly run, in which it raises and removes charges: 02:05 in Hong Kong. */
const RUN_AT: Ticks = 125n * MINUTE;
const HONG_KONG: Ticks = 8n * 60n * MINUTE;

const purposes = { OD: 'Overdue', LS: 'LostItem' } as const;
const descriptions = { OD: 'Overdue item', LS: 'Lost item' } as const;

/** The parts of the simulated library that RPS uses. */
export interface Library {
  readonly circ: Pick<CircTables, 'charges'>;
  readonly cms: Pick<CmsTables, 'cards'>;
}

/** Returns a charge of circulation in the form in which RPS stores it. Null if card management doesn't have the card. */
export function chargeOf(row: ChargeRow, { cms }: Library): NewCharge | null {
  const patronNo = cms.cards.get(row.cardNo)?.patronNo;
  if (patronNo === undefined) {
    return null;
  }
  const { chargeNo, cardNo, loanNo, kind, cents } = row;
  return {
    ...{ chargeNo, patronNo, cardNo, loanNo, cents },
    purpose: purposes[kind],
    description: descriptions[kind],
    dueOn: null,
    channel: 'Batch',
  };
}

/** Returns the time at which circulation raised a charge: its nightly run on the day `raisedOn`. */
export function raisedAt({ raisedOn }: ChargeRow): Ticks {
  const day = `${raisedOn.slice(0, 4)}-${raisedOn.slice(4, 6)}-${raisedOn.slice(6)}`;
  return (parseUtc(`${day}T00:00:00Z`) ?? 0n) - HONG_KONG + RUN_AT;
}

/** Returns the number of nightly runs of circulation from 1970 to `at`. */
const nightsUntil = (at: Ticks): Ticks => (at + HONG_KONG - RUN_AT) / DAY;

/**
 * Synchronizes charges between circulation and RPS. Returns a function that makes the changes that are due. RPS calls
 * it before each request.
 * - A charge reaches RPS late, as in the vendor's system. The call that first finds the charge in circulation knows
 *   only that it was raised after the previous call. So RPS gets the charge half a minute after the previous call. If
 *   the clock is put back behind the previous call, RPS gets the charge at once.
 * - In its nightly run, circulation removes the charges that were settled in RPS before.
 */
export function carryCharges(library: Library, orders: Orders): (now: Ticks) => void {
  const { charges } = library.circ;
  /** The charges that RPS doesn't have yet, each with the time at which RPS gets it. */
  const due = new Map<string, Ticks>();
  let seenSize = charges.size;
  let lastLook: Ticks | null = null;
  return (now) => {
    const previous = lastLook ?? now;
    lastLook = now;
    if (charges.size !== seenSize) {
      for (const chargeNo of charges.keys()) {
        if (orders.ledger.charge(chargeNo) === undefined && !due.has(chargeNo)) {
          due.set(chargeNo, previous + PROPAGATION_DELAY);
        }
      }
    }
    for (const [chargeNo, at] of due) {
      if (at <= now || at > now + PROPAGATION_DELAY) {
        due.delete(chargeNo);
        tell(charges.get(chargeNo), now);
      }
    }
    if (nightsUntil(now) > nightsUntil(previous)) {
      forgetSettled();
    }
    seenSize = charges.size;
  };

  function tell(row: ChargeRow | undefined, now: Ticks): void {
    const charge = row === undefined ? null : chargeOf(row, library);
    if (charge !== null) {
      orders.ledger.raise(charge, now);
    }
  }

  function forgetSettled(): void {
    for (const chargeNo of [...charges.keys()]) {
      const known = orders.ledger.charge(chargeNo);
      if (known !== undefined && balanceOf(known).outstanding === 0) {
        charges.delete(chargeNo);
      }
    }
  }
}
