import type { ChargeRow, CircTables, CmsTables } from '../tables/store.ts';
import type { Orders } from './ledger/orders.ts';
import type { NewCharge } from './ledger/rows.ts';
import { MINUTE, parseUtc, type Ticks } from './ledger/ticks.ts';
import type { RpsClock } from './rps-clock.ts';

/** RPS is told of a charge of circulation within a minute. */
const TOLD_AFTER: Ticks = MINUTE / 2n;

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

/** Circulation raises its charges at 02:05 of the day that it tells. */
export function raisedAt({ raisedOn }: ChargeRow): Ticks {
  const day = `${raisedOn.slice(0, 4)}-${raisedOn.slice(4, 6)}-${raisedOn.slice(6)}`;
  return (parseUtc(`${day}T00:00:00Z`) ?? 0n) - 8n * 60n * MINUTE + 125n * MINUTE;
}

/**
 * Tells RPS of the charges that circulation raises: each half a minute after RPS was last asked without seeing it, so
 * that a charge is unknown to RPS for a while, and known within a minute.
 */
export function followCharges(library: Library, orders: Orders): (clock: RpsClock) => void {
  const { charges } = library.circ;
  /** The charges that RPS is not told of yet, and when it is. */
  const due = new Map<string, Ticks>();
  let seenSize = charges.size;
  let lastLook: Ticks | null = null;
  return (clock) => {
    const now = clock.now();
    if (charges.size !== seenSize) {
      seenSize = charges.size;
      for (const chargeNo of charges.keys()) {
        if (orders.ledger.charge(chargeNo) === undefined && !due.has(chargeNo)) {
          due.set(chargeNo, (lastLook ?? now) + TOLD_AFTER);
        }
      }
    }
    lastLook = now;
    for (const [chargeNo, at] of due) {
      if (at <= now) {
        due.delete(chargeNo);
        tell(charges.get(chargeNo), now);
      }
    }
  };

  function tell(row: ChargeRow | undefined, now: Ticks): void {
    const charge = row === undefined ? null : chargeOf(row, library);
    if (charge !== null) {
      orders.ledger.raise(charge, now);
    }
  }
}
