import { compactDay, dayOf, daysAfter } from '../hong-kong-time.ts';
import { inOrderOfItsOwn } from '../order-of-its-own.ts';
import type { ChargeRow, CircTables, HoldRow, ItemRow, LoanRow } from '../store.ts';

/** A row with the title that its `bibNo` stands for. */
export type Titled<Row> = Row & { readonly title: string };

/** A ready hold is kept seven days (contracts' README, CIRC). */
const READY_DAYS = 7;

/** Who has what, and who waits for what: what is read of CIRC, and how its queues move. */
export class Shelves {
  readonly #tables: CircTables;
  readonly #clock: () => Date;

  constructor(tables: CircTables, clock: () => Date) {
    this.#tables = tables;
    this.#clock = clock;
  }

  loansOf(cardNos: readonly string[]): Titled<LoanRow>[] {
    return this.#ofCards(
      cardNos,
      (cardNo) => this.#tables.loans.by('cardNo', cardNo),
      (row) => row.loanNo,
    ).map((row) => this.titled(row));
  }

  /** Cancelled and lapsed ones too. */
  holdsOf(cardNos: readonly string[]): Titled<HoldRow>[] {
    return this.#ofCards(
      cardNos,
      (cardNo) => this.#tables.holds.by('cardNo', cardNo),
      (row) => row.holdNo,
    ).map((row) => this.titled(row));
  }

  chargesOf(cardNos: readonly string[]): ChargeRow[] {
    return this.#ofCards(
      cardNos,
      (cardNo) => this.#tables.charges.by('cardNo', cardNo),
      (row) => row.chargeNo,
    );
  }

  items(itemNos: readonly string[]): ItemRow[] {
    return inOrderOfItsOwn(this.#tables.items.pick(itemNos), (row) => row.itemNo);
  }

  /** Copies by any part of the title, letter case ignored, in the order of their numbers. */
  findItems(title: string, maxRows: number): ItemRow[] {
    const part = title.toLowerCase();
    return [...this.#tables.items.values()]
      .filter((row) => row.title.toLowerCase().includes(part))
      .sort((a, b) => (a.itemNo < b.itemNo ? -1 : 1))
      .slice(0, maxRows);
  }

  #ofCards<Row>(
    cardNos: readonly string[],
    rowsOf: (cardNo: string) => Row[],
    keyOf: (row: Row) => string,
  ): Row[] {
    return inOrderOfItsOwn([...new Set(cardNos)].flatMap(rowsOf), keyOf);
  }

  titled<Row extends { readonly bibNo: string }>(row: Row): Titled<Row> {
    const [copy] = this.#tables.items.by('bibNo', row.bibNo);
    if (copy === undefined) {
      throw new Error(`no item of ${row.bibNo}`);
    }
    return { ...row, title: copy.title };
  }

  /** The queue for a title, first come first. */
  queueFor(bibNo: string): HoldRow[] {
    return this.#tables.holds
      .by('bibNo', bibNo)
      .filter((hold) => hold.state === 'Q')
      .sort((a, b) => a.queuePos - b.queuePos);
  }

  /** A copy that nobody has: it goes to the hold shelf for the first in the queue, or back to the shelves. */
  release(item: ItemRow): void {
    const [next] = this.queueFor(item.bibNo);
    this.#tables.items.put({ ...item, state: next === undefined ? 'A' : 'H' });
    if (next === undefined) {
      return;
    }
    const readyUntil = compactDay(daysAfter(dayOf(this.#clock()), READY_DAYS));
    this.#tables.holds.put({ ...next, state: 'R', queuePos: 0, readyUntil, itemNo: item.itemNo });
    this.#closeUp(item.bibNo);
  }

  /** A hold that ends unfulfilled: the queue moves up, and the copy that waited for it goes on. */
  endHold(hold: HoldRow, state: 'X' | 'L'): HoldRow {
    const ended: HoldRow = { ...hold, state, queuePos: 0, readyUntil: '', itemNo: null };
    this.#tables.holds.put(ended);
    this.#letGo(hold);
    return ended;
  }

  /** A hold whose reader has got the title; `copy` is the one that was lent. It is told no more. */
  fulfil(hold: HoldRow, copy: ItemRow): void {
    this.#tables.holds.delete(hold.holdNo);
    if (hold.itemNo !== copy.itemNo) {
      this.#letGo(hold);
    }
  }

  #letGo(hold: HoldRow): void {
    const waiting = hold.itemNo === null ? undefined : this.#tables.items.get(hold.itemNo);
    if (waiting === undefined) {
      this.#closeUp(hold.bibNo);
    } else {
      this.release(waiting);
    }
  }

  #closeUp(bibNo: string): void {
    this.queueFor(bibNo).forEach((hold, index) => {
      this.#tables.holds.put({ ...hold, queuePos: index + 1 });
    });
  }

  /** Ready holds that were not fetched in time lapse. To be called before anything is read. */
  lapse(): void {
    const today = compactDay(dayOf(this.#clock()));
    const late = [...this.#tables.holds.values()].filter(
      (hold) => hold.state === 'R' && hold.readyUntil !== '' && hold.readyUntil < today,
    );
    for (const hold of late) {
      this.endHold(hold, 'L');
    }
  }
}
