import { compactDay, dayOf, dayOfCompact, daysAfter, daysBetween, stampOf } from '../hong-kong-time.ts';
import { Numbering } from '../tables/numbering.ts';
import type { CircTables, HoldRow, ItemRow, LoanRow } from '../tables/store.ts';
import { CircError } from './circ-error.ts';
import type { EventLog } from './event-log.ts';
import type { Shelves } from './shelves.ts';

/**
 * A loan is due 14 days after the day of lending, or after the day of the last renewal. Five renewals are allowed
 * (R23).
 */
const LOAN_DAYS = 14;
const MAX_RENEWALS = 5;
/** The limits are for each card, because CIRC has no patrons. */
const MAX_LOANS = 10;
const MAX_HOLDS = 10;
/** The charge for each day by which a loan is returned late, in Hong Kong cents. */
const CENTS_A_LATE_DAY = 150;

/**
 * CIRC's writes, which library desks use: check out, check in, renew, place and cancel holds, register and block cards.
 * None is idempotent. Every successful write leaves an event with the caller's `ref`.
 */
export class Desk {
  readonly #tables: CircTables;
  readonly #clock: () => Date;
  readonly #shelves: Shelves;
  readonly #eventLog: EventLog;
  readonly #loanNumbers: Numbering;
  readonly #holdNumbers: Numbering;
  readonly #chargeNumbers: Numbering;

  constructor(tables: CircTables, clock: () => Date, shelves: Shelves, eventLog: EventLog) {
    this.#tables = tables;
    this.#clock = clock;
    this.#shelves = shelves;
    this.#eventLog = eventLog;
    this.#loanNumbers = new Numbering('L', 8, tables.loans.keys());
    this.#holdNumbers = new Numbering('H', 7, tables.holds.keys());
    this.#chargeNumbers = new Numbering('F', 7, tables.charges.keys());
  }

  checkOut(cardNo: string, itemNo: string, ref: string): LoanRow {
    this.#refuseUnknown(cardNo);
    if (this.#tables.blockedCards.has(cardNo)) {
      throw new CircError(21);
    }
    const item = this.#lendable(itemNo, cardNo);
    if (this.#tables.loans.by('cardNo', cardNo).length >= MAX_LOANS) {
      throw new CircError(40);
    }
    const now = this.#clock();
    const loan: LoanRow = {
      loanNo: this.#loanNumbers.next(),
      cardNo,
      itemNo,
      bibNo: item.bibNo,
      branch: item.branch,
      outAt: stampOf(now),
      dueOn: compactDay(daysAfter(dayOf(now), LOAN_DAYS)),
      renewals: 0,
      ref,
    };
    this.#tables.loans.put(loan);
    this.#tables.items.put({ ...item, state: 'O' });
    const own = this.#openHolds(cardNo).find((hold) => hold.bibNo === item.bibNo);
    if (own !== undefined) {
      this.#shelves.fulfil(own, item);
    }
    this.#eventLog.write({ kind: 'OUT', cardNo, itemNo, loanNo: loan.loanNo, ref });
    return loan;
  }

  /**
   * Returns the item if it can be lent on this card. A copy on the hold shelf is lent only on the card for which it
   * waits.
   * @throws CircError 30, 31, 33 or 42 if it can't be lent
   */
  #lendable(itemNo: string, cardNo: string): ItemRow {
    const item = this.#tables.items.get(itemNo);
    if (item === undefined) {
      throw new CircError(30);
    }
    if (item.material === 'RF') {
      throw new CircError(33);
    }
    if (item.state === 'O' || item.state === 'M') {
      throw new CircError(31);
    }
    const isOwn = () => this.#openHolds(cardNo).some((hold) => hold.itemNo === itemNo);
    if (item.state === 'H' && !isOwn()) {
      throw new CircError(42);
    }
    return item;
  }

  checkIn(itemNo: string, ref: string): LoanRow {
    const item = this.#tables.items.get(itemNo);
    if (item === undefined) {
      throw new CircError(30);
    }
    const [loan] = this.#tables.loans.by('itemNo', itemNo);
    if (loan === undefined) {
      throw new CircError(50);
    }
    this.#tables.loans.delete(loan.loanNo);
    this.#shelves.release(item);
    this.#chargeIfLate(loan);
    this.#eventLog.write({ kind: 'IN', cardNo: loan.cardNo, itemNo, loanNo: loan.loanNo, ref });
    return loan;
  }

  /** Raises the charge for a loan that was returned late, unless the charge was already raised. */
  #chargeIfLate({ cardNo, loanNo, dueOn }: LoanRow): void {
    const today = dayOf(this.#clock());
    const lateDays = daysBetween(dayOfCompact(dueOn) ?? today, today);
    const isCharged = this.#tables.charges.by('cardNo', cardNo).some((row) => row.loanNo === loanNo);
    if (lateDays <= 0 || isCharged) {
      return;
    }
    this.#tables.charges.put({
      ...{ chargeNo: this.#chargeNumbers.next(), cardNo, loanNo, kind: 'OD' },
      cents: lateDays * CENTS_A_LATE_DAY,
      raisedOn: compactDay(today),
    });
  }

  /** Renews a loan, even if the loan is overdue or its card is blocked. The loan keeps the `ref` of the check-out. */
  renew(loanNo: string, ref: string): LoanRow {
    const loan = this.#tables.loans.get(loanNo);
    if (loan === undefined) {
      throw new CircError(50);
    }
    if (loan.renewals >= MAX_RENEWALS) {
      throw new CircError(41);
    }
    const isWanted = this.#shelves.queueFor(loan.bibNo).some((hold) => hold.cardNo !== loan.cardNo);
    if (isWanted) {
      throw new CircError(42);
    }
    const dueOn = compactDay(daysAfter(dayOf(this.#clock()), LOAN_DAYS));
    const renewed: LoanRow = { ...loan, dueOn, renewals: loan.renewals + 1 };
    this.#tables.loans.put(renewed);
    this.#eventLog.write({ kind: 'RNW', cardNo: loan.cardNo, itemNo: loan.itemNo, loanNo, ref });
    return renewed;
  }

  /**
   * Places a hold, even on a blocked card. A block stops lending, but the vendor's notes don't mention that it stops
   * holds.
   */
  placeHold(cardNo: string, bibNo: string, pickupBranch: string, ref: string): HoldRow {
    this.#refuseUnknown(cardNo);
    if (this.#tables.items.by('bibNo', bibNo).length === 0) {
      throw new CircError(30);
    }
    const open = this.#openHolds(cardNo);
    if (open.some((hold) => hold.bibNo === bibNo)) {
      throw new CircError(61);
    }
    if (open.length >= MAX_HOLDS) {
      throw new CircError(60);
    }
    const hold: HoldRow = {
      holdNo: this.#holdNumbers.next(),
      cardNo,
      bibNo,
      pickupBranch,
      state: 'Q',
      queuePos: this.#shelves.queueFor(bibNo).length + 1,
      placedAt: stampOf(this.#clock()),
      readyUntil: '',
      ref,
      itemNo: null,
    };
    this.#tables.holds.put(hold);
    this.#eventLog.write({ kind: 'HLD', cardNo, ref });
    return hold;
  }

  cancelHold(holdNo: string, ref: string): HoldRow {
    const hold = this.#tables.holds.get(holdNo);
    if (hold === undefined || (hold.state !== 'Q' && hold.state !== 'R')) {
      throw new CircError(70);
    }
    const cancelled = this.#shelves.endHold(hold, 'X');
    this.#eventLog.write({ kind: 'UNH', cardNo: hold.cardNo, ref });
    return cancelled;
  }

  /** Registers a card, even a card that is already known. Each call leaves an event. */
  registerCard(cardNo: string, ref: string): void {
    this.#tables.knownCards.add(cardNo);
    this.#eventLog.write({ kind: 'REG', cardNo, ref });
  }

  blockCard(cardNo: string, ref: string): void {
    this.#refuseUnknown(cardNo);
    this.#tables.blockedCards.add(cardNo);
    this.#eventLog.write({ kind: 'BLK', cardNo, ref });
  }

  unblockCard(cardNo: string, ref: string): void {
    this.#refuseUnknown(cardNo);
    this.#tables.blockedCards.delete(cardNo);
    this.#eventLog.write({ kind: 'UBK', cardNo, ref });
  }

  #refuseUnknown(cardNo: string): void {
    if (!this.#tables.knownCards.has(cardNo)) {
      throw new CircError(20);
    }
  }

  /** Returns the holds that are in a queue or ready. */
  #openHolds(cardNo: string): HoldRow[] {
    return this.#tables.holds.by('cardNo', cardNo).filter((hold) => hold.state === 'Q' || hold.state === 'R');
  }
}
