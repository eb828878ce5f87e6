import { momentOfStamp, stampOf } from '../hong-kong-time.ts';
import type { CircTables, EventRow } from '../store.ts';

/** CIRC keeps 90 days of events (contracts' README, CIRC). */
const KEPT_MS = 90 * 86_400_000;

export type NewEvent = Pick<EventRow, 'kind' | 'cardNo' | 'ref'> &
  Partial<Pick<EventRow, 'itemNo' | 'loanNo'>>;

/** The events that CIRC leaves of everything it does. */
export class Journal {
  readonly #events: CircTables['events'];
  readonly #clock: () => Date;

  constructor(tables: CircTables, clock: () => Date) {
    this.#events = tables.events;
    this.#clock = clock;
  }

  /** Numbers grow, with a gap now and then: every seventh is left out. */
  write({ kind, cardNo, ref, itemNo = '', loanNo = '' }: NewEvent): void {
    const next = (this.#events.at(-1)?.seq ?? 0) + 1;
    const seq = next % 7 === 0 ? next + 1 : next;
    this.#events.push({ seq, at: stampOf(this.#clock()), kind, cardNo, itemNo, loanNo, ref });
  }

  /** In the order of their numbers. */
  after(seq: number, maxRows: number): EventRow[] {
    const found: EventRow[] = [];
    for (const event of this.#events) {
      if (found.length === maxRows) break;
      if (event.seq > seq && this.#isKept(event)) found.push(event);
    }
    return found;
  }

  /** What a reference led to. Desks lend without one, so that the empty one leads to nothing. */
  byRef(ref: string): EventRow[] {
    return ref === '' ? [] : this.#events.filter((event) => event.ref === ref && this.#isKept(event));
  }

  #isKept(event: EventRow): boolean {
    return this.#clock().getTime() - momentOfStamp(event.at).getTime() <= KEPT_MS;
  }
}
