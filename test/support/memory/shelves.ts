import type {
  Charge,
  CirculationEvent,
  CirculationRefusal,
  Hold,
  Item,
  Loan,
} from '../../../adapters/circulation/port.ts';
import { dayOf, daysAfter, zonedOf } from '../../../simulators/hong-kong-time.ts';
import { refusing } from './refusing.ts';

/** A hold, and the number of the copy that is kept for it; null if there is none. */
interface Reservation {
  readonly hold: Hold;
  readonly itemNumber: string | null;
}

export interface LendingTables {
  readonly items: Map<string, Item>;
  readonly loans: Map<string, Loan>;
  readonly holds: Map<string, Reservation>;
  readonly charges: readonly Charge[];
  readonly events: CirculationEvent[];
  readonly known: Set<string>;
  readonly blocked: Set<string>;
}

const { refuse, orRefused } = refusing<CirculationRefusal>();

export { orRefused };

const loanDays = 14;
const shelfDays = 7;
/** The limits for each card. `most` is for loans and for open holds. */
const most = 10;
const mostRenewals = 5;

const isOpen = ({ hold }: Reservation): boolean => hold.state === 'QUEUED' || hold.state === 'READY';

/** Checks out, checks in, renews and places holds. A method makes its change or throws a `Refusal`. */
export class Shelves {
  readonly #tables: LendingTables;
  readonly #clock: () => Date;
  /** These counts only grow, so that no number is used twice. */
  #loanCount: number;
  #holdCount: number;

  constructor(tables: LendingTables, clock: () => Date) {
    this.#tables = tables;
    this.#clock = clock;
    this.#loanCount = tables.loans.size;
    this.#holdCount = tables.holds.size;
  }

  lend(number: string, itemNumber: string, reference: string): Loan {
    const { known, blocked, loans } = this.#tables;
    if (!known.has(number)) {
      refuse('CARD_UNKNOWN');
    }
    if (blocked.has(number)) {
      refuse('CARD_BLOCKED');
    }
    const item = this.#lendable(number, itemNumber);
    const count = [...loans.values()].filter(({ libraryCardNumber }) => libraryCardNumber === number).length;
    if (count >= most) {
      refuse('CARD_LIMIT_REACHED');
    }
    this.#loanCount += 1;
    const loan: Loan = {
      id: `L${String(this.#loanCount).padStart(8, '0')}`,
      libraryCardNumber: number,
      itemNumber,
      titleNumber: item.titleNumber,
      title: item.title,
      branch: item.branch ?? '',
      checkedOutAt: zonedOf(this.#clock()),
      dueOn: this.#in(loanDays),
      renewals: 0,
      reference,
    };
    loans.set(loan.id, loan);
    this.#setState(item, 'ON_LOAN');
    this.#fulfil(number, item);
    this.#note('CHECKED_OUT', number, reference, loan);
    return loan;
  }

  takeBack(itemNumber: string, reference: string): Loan {
    const item = this.#tables.items.get(itemNumber) ?? refuse('ITEM_UNKNOWN');
    const loans = [...this.#tables.loans.values()];
    const loan = loans.find((one) => one.itemNumber === itemNumber) ?? refuse('ITEM_NOT_ON_LOAN');
    this.#tables.loans.delete(loan.id);
    this.#release(item);
    this.#note('CHECKED_IN', loan.libraryCardNumber, reference, loan);
    return loan;
  }

  renew(loanId: string, reference: string): Loan {
    const loan = this.#tables.loans.get(loanId) ?? refuse('LOAN_UNKNOWN');
    if (loan.renewals >= mostRenewals) {
      refuse('NO_RENEWALS_LEFT');
    }
    const isOthers = ({ hold }: Reservation) => hold.libraryCardNumber !== loan.libraryCardNumber;
    if (this.#queue(loan.titleNumber).some(isOthers)) {
      refuse('WANTED_BY_ANOTHER');
    }
    const renewed = { ...loan, dueOn: this.#in(loanDays), renewals: loan.renewals + 1 };
    this.#tables.loans.set(loanId, renewed);
    this.#note('RENEWED', loan.libraryCardNumber, reference, loan);
    return renewed;
  }

  reserve(number: string, titleNumber: string, pickupBranch: string, reference: string): Hold {
    if (!this.#tables.known.has(number)) {
      refuse('CARD_UNKNOWN');
    }
    const copies = [...this.#tables.items.values()].filter((item) => item.titleNumber === titleNumber);
    const [copy = refuse('TITLE_UNKNOWN')] = copies;
    const own = this.#openOf(number);
    if (own.some(({ hold }) => hold.titleNumber === titleNumber)) {
      refuse('ALREADY_HELD');
    }
    if (own.length >= most) {
      refuse('HOLD_LIMIT_REACHED');
    }
    this.#holdCount += 1;
    const hold: Hold = {
      id: `H${String(this.#holdCount).padStart(7, '0')}`,
      libraryCardNumber: number,
      titleNumber,
      title: copy.title,
      pickupBranch,
      state: 'QUEUED',
      queuePosition: this.#queue(titleNumber).length + 1,
      placedAt: zonedOf(this.#clock()),
      readyUntil: null,
      reference,
    };
    this.#tables.holds.set(hold.id, { hold, itemNumber: null });
    this.#note('HOLD_PLACED', number, reference);
    return hold;
  }

  cancel(holdId: string, reference: string): Hold {
    const found = this.#tables.holds.get(holdId);
    if (found === undefined || !isOpen(found)) {
      return refuse('HOLD_UNKNOWN');
    }
    const hold = this.#end(found, 'CANCELLED');
    this.#note('HOLD_CANCELLED', hold.libraryCardNumber, reference);
    return hold;
  }

  admit(kind: 'CARD_REGISTERED' | 'CARD_BLOCKED' | 'CARD_UNBLOCKED', number: string, reference: string) {
    const { known, blocked } = this.#tables;
    const isNew = kind === 'CARD_REGISTERED' && /^[0-9]{14}$/.test(number);
    if (!isNew && !known.has(number)) {
      refuse('CARD_UNKNOWN');
    }
    known.add(number);
    if (kind === 'CARD_BLOCKED') {
      blocked.add(number);
    }
    if (kind === 'CARD_UNBLOCKED') {
      blocked.delete(number);
    }
    this.#note(kind, number, reference);
    return { done: true } as const;
  }

  /** Ends ready holds that were not collected in time. Call this before anything else. */
  lapse(): void {
    const today = this.#in(0);
    for (const one of [...this.#tables.holds.values()]) {
      if (one.hold.state === 'READY' && (one.hold.readyUntil ?? today) < today) {
        this.#end(one, 'LAPSED');
      }
    }
  }

  #in(days: number): string {
    return daysAfter(dayOf(this.#clock()), days);
  }

  #lendable(number: string, itemNumber: string): Item {
    const item = this.#tables.items.get(itemNumber) ?? refuse('ITEM_UNKNOWN');
    if (item.material === 'REFERENCE') {
      refuse('ITEM_NOT_FOR_LOAN');
    }
    if (item.state === 'ON_LOAN' || item.state === 'MISSING') {
      refuse('ITEM_NOT_AVAILABLE');
    }
    const isOwn = this.#openOf(number).some((one) => one.itemNumber === itemNumber);
    if (item.state === 'ON_HOLD_SHELF' && !isOwn) {
      refuse('WANTED_BY_ANOTHER');
    }
    return item;
  }

  #openOf(number: string): Reservation[] {
    return [...this.#tables.holds.values()].filter(
      (one) => isOpen(one) && one.hold.libraryCardNumber === number,
    );
  }

  #queue(titleNumber: string): Reservation[] {
    return [...this.#tables.holds.values()]
      .filter(({ hold }) => hold.state === 'QUEUED' && hold.titleNumber === titleNumber)
      .sort((a, b) => (a.hold.queuePosition ?? 0) - (b.hold.queuePosition ?? 0));
  }

  #setState(item: Item, state: Item['state']): void {
    this.#tables.items.set(item.itemNumber, { ...item, state });
  }

  /** Keeps a returned copy for the first hold in the queue, or puts it back on the shelves. */
  #release(item: Item): void {
    const [next] = this.#queue(item.titleNumber);
    this.#setState(item, next === undefined ? 'AVAILABLE' : 'ON_HOLD_SHELF');
    if (next === undefined) {
      return;
    }
    const hold: Hold = { ...next.hold, state: 'READY', queuePosition: null, readyUntil: this.#in(shelfDays) };
    this.#tables.holds.set(hold.id, { hold, itemNumber: item.itemNumber });
    this.#closeUp(item.titleNumber);
  }

  /** Removes the card's hold on the title, because its copy is lent. */
  #fulfil(number: string, copy: Item): void {
    const own = this.#openOf(number).find(({ hold }) => hold.titleNumber === copy.titleNumber);
    if (own === undefined) {
      return;
    }
    this.#tables.holds.delete(own.hold.id);
    if (own.itemNumber !== copy.itemNumber) {
      this.#letGo(own);
    }
  }

  #end(ended: Reservation, state: 'CANCELLED' | 'LAPSED'): Hold {
    const hold: Hold = { ...ended.hold, state, queuePosition: null, readyUntil: null };
    this.#tables.holds.set(hold.id, { hold, itemNumber: null });
    this.#letGo(ended);
    return hold;
  }

  #letGo({ hold, itemNumber }: Reservation): void {
    const waiting = itemNumber === null ? undefined : this.#tables.items.get(itemNumber);
    if (waiting === undefined) {
      this.#closeUp(hold.titleNumber);
    } else {
      this.#release(waiting);
    }
  }

  #closeUp(titleNumber: string): void {
    this.#queue(titleNumber).forEach(({ hold, itemNumber }, index) => {
      this.#tables.holds.set(hold.id, { hold: { ...hold, queuePosition: index + 1 }, itemNumber });
    });
  }

  /** Adds an event. Every seventh sequence number is left out, because the real feed has gaps, too. */
  #note(kind: CirculationEvent['kind'], number: string, reference: string, loan?: Loan): void {
    const { events } = this.#tables;
    const next = Number(events.at(-1)?.sequence ?? 0) + 1;
    events.push({
      sequence: String(next % 7 === 0 ? next + 1 : next),
      at: zonedOf(this.#clock()),
      kind,
      libraryCardNumber: number,
      itemNumber: loan?.itemNumber ?? null,
      loanId: loan?.id ?? null,
      reference,
    });
  }
}
