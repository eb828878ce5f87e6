import type { ChargeRow, CircTables, CmsTables } from '../tables/store.ts';
import type { Orders } from './ledger/orders.ts';
import { balanceOf, type NewCharge } from './ledger/rows.ts';
import { DAY, MINUTE, parseUtc, type Ticks } from './ledger/ticks.ts';

/** The delay after which RPS gets a charge of circulation. With it, every charge arrives within a minute. */
const TOLD_AFTER: Ticks = MINUTE / 2n;

/** Circulation's run is at 02:05 Hong Kong time. */
const RUN_AT: Ticks = 125n * MINUTE;
const HONG_KONG: Ticks = 8n * 60n * MINUTE;

const purposes = { OD: 'Overdue', LS: 'LostItem' } as const;
const descriptions = { OD: 'Overdue item', LS: 'Lost item' } as const;

/** What RPS can see of the simulated library. */
export interface Library {
  readonly circ: Pick<CircTables, 'charges'>;
  readonly cms: Pick<CmsTables, 'cards'>;
}

/** Returns a charge of circulation as RPS has it. Null if nobody knows whose the card is. */
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

/** Returns when circulation raised a charge: in its nightly run on the day `raisedOn`. */
export function raisedAt({ raisedOn }: ChargeRow): Ticks {
  const day = `${raisedOn.slice(0, 4)}-${raisedOn.slice(4, 6)}-${raisedOn.slice(6)}`;
  return (parseUtc(`${day}T00:00:00Z`) ?? 0n) - HONG_KONG + RUN_AT;
}

/** Returns the number of nightly runs of circulation from 1970 to `at`. */
const nightsUntil = (at: Ticks): Ticks => (at + HONG_KONG - RUN_AT) / DAY;

/**
 * Carries charges between circulation and RPS. Returns a function that does what is due. RPS calls it before each
 * request.
 * - RPS is told of a charge half a minute after it was last asked without seeing the charge. So a charge is unknown to
 *   RPS for a while, and known within a minute. A clock that goes back does not keep a charge from RPS.
 * - In its run of the next night, circulation forgets charges that were settled in RPS.
 */
export function carryCharges(library: Library, orders: Orders): (now: Ticks) => void {
  const { charges } = library.circ;
  /** The charges that RPS is not told of yet, and when it is. */
  const due = new Map<string, Ticks>();
  let seenSize = charges.size;
  let lastLook: Ticks | null = null;
  return (now) => {
    const previous = lastLook ?? now;
    lastLook = now;
    if (charges.size !== seenSize) {
      for (const chargeNo of charges.keys()) {
        if (orders.ledger.charge(chargeNo) === undefined && !due.has(chargeNo)) {
          due.set(chargeNo, previous + TOLD_AFTER);
        }
      }
    }
    for (const [chargeNo, at] of due) {
      if (at <= now || at > now + TOLD_AFTER) {
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
