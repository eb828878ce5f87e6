import { compactDay, dayOf, daysAfter } from '../hong-kong-time.ts';
import { firstRows } from '../tables/first-rows.ts';
import { shuffleRows } from '../tables/shuffle-rows.ts';
import type { ChargeRow, CircTables, HoldRow, ItemRow, LoanRow } from '../tables/store.ts';

export type Titled<Row> = Row & { readonly title: string };

/** A ready hold is kept for seven days. */
const READY_DAYS = 7;

/** CIRC's reads, and its changes to the hold shelf and to the queues of titles. */
export class Shelves {
  readonly #tables: CircTables;
  readonly #clock: () => Date;

  constructor(tables: CircTables, clock: () => Date) {
    this.#tables = tables;
    this.#clock = clock;
  }

  loansOf(cardNos: readonly string[]): Titled<LoanRow>[] {
    return ofCards(cardNos, this.#tables.loans, (row) => row.loanNo).map((row) => this.titled(row));
  }

  /** Returns the holds of these cards, including cancelled and lapsed holds. */
  holdsOf(cardNos: readonly string[]): Titled<HoldRow>[] {
    return ofCards(cardNos, this.#tables.holds, (row) => row.holdNo).map((row) => this.titled(row));
  }

  chargesOf(cardNos: readonly string[]): ChargeRow[] {
    return ofCards(cardNos, this.#tables.charges, (row) => row.chargeNo);
  }

  items(itemNos: readonly string[]): ItemRow[] {
    return shuffleRows(this.#tables.items.pick(itemNos), (row) => row.itemNo);
  }

  /** Returns at most `maxRows` copies whose title contains the text, ignoring case, in the order of their numbers. */
  findItems(title: string, maxRows: number): ItemRow[] {
    const part = title.toLowerCase();
    const { items } = this.#tables;
    const titles = [...items.keysOf('title')].filter((text) => text.includes(part));
    const copies = titles.flatMap((text) => items.by('title', text));
    return firstRows(copies, maxRows, (row) => row.itemNo);
  }

  titled<Row extends { readonly bibNo: string }>(row: Row): Titled<Row> {
    const [copy] = this.#tables.items.by('bibNo', row.bibNo);
    if (copy === undefined) {
      throw new Error(`no item of ${row.bibNo}`);
    }
    return { ...row, title: copy.title };
  }

  /** Returns the queue of a title, in order. */
  queueFor(bibNo: string): HoldRow[] {
    return this.#tables.holds
      .by('bibNo', bibNo)
      .filter((hold) => hold.state === 'Q')
      .sort((a, b) => a.queuePos - b.queuePos);
  }

  /**
   * Puts a returned copy on the hold shelf for the first hold in the queue. If nobody waits, the copy goes back on the
   * open shelves.
   */
  release(item: ItemRow): void {
    const [next] = this.queueFor(item.bibNo);
    this.#tables.items.put({ ...item, state: next === undefined ? 'A' : 'H' });
    if (next === undefined) {
      return;
    }
    const readyUntil = compactDay(daysAfter(dayOf(this.#clock()), READY_DAYS));
    this.#tables.holds.put({ ...next, state: 'R', queuePos: 0, readyUntil, itemNo: item.itemNo });
    this.#renumber(item.bibNo);
  }

  /** Ends a hold that is not fulfilled. The queue moves up. If a copy waited for this hold, the next hold gets it. */
  endHold(hold: HoldRow, state: 'X' | 'L'): HoldRow {
    const ended: HoldRow = { ...hold, state, queuePos: 0, readyUntil: '', itemNo: null };
    this.#tables.holds.put(ended);
    this.#passOn(hold);
    return ended;
  }

  /** Removes a hold whose reader has borrowed the title. `copy` is the copy that was lent. */
  fulfil(hold: HoldRow, copy: ItemRow): void {
    this.#tables.holds.delete(hold.holdNo);
    if (hold.itemNo !== copy.itemNo) {
      this.#passOn(hold);
    }
  }

  #passOn(hold: HoldRow): void {
    const waiting = hold.itemNo === null ? undefined : this.#tables.items.get(hold.itemNo);
    if (waiting === undefined) {
      this.#renumber(hold.bibNo);
    } else {
      this.release(waiting);
    }
  }

  #renumber(bibNo: string): void {
    this.queueFor(bibNo).forEach((hold, index) => {
      this.#tables.holds.put({ ...hold, queuePos: index + 1 });
    });
  }

  /** Ends ready holds that were not collected in time. Every operation calls this first. */
  lapse(): void {
    const today = compactDay(dayOf(this.#clock()));
    const { holds } = this.#tables;
    const pastDays = [...holds.keysOf('readyUntil')].filter((day) => day < today);
    for (const hold of pastDays.flatMap((day) => holds.by('readyUntil', day))) {
      this.endHold(hold, 'L');
    }
  }
}

/**
 * Returns the rows of these cards, in an order unrelated to the request's. A card number that is given twice adds its
 * rows only once.
 */
function ofCards<Row>(
  cardNos: readonly string[],
  table: { by(index: 'cardNo', cardNo: string): Row[] },
  keyOf: (row: Row) => string,
): Row[] {
  return shuffleRows(
    [...new Set(cardNos)].flatMap((cardNo) => table.by('cardNo', cardNo)),
    keyOf,
  );
}
