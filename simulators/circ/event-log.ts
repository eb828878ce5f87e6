import { momentOfStamp, stampOf } from '../hong-kong-time.ts';
import type { CircTables, EventRow } from '../tables/store.ts';

/** CIRC keeps its events for 90 days. */
const KEPT_MS = 90 * 86_400_000;

export type NewEvent = Pick<EventRow, 'kind' | 'cardNo' | 'ref'> &
  Partial<Pick<EventRow, 'itemNo' | 'loanNo'>>;

/** CIRC's log of events. Every write leaves an event. */
export class EventLog {
  readonly #events: CircTables['events'];
  readonly #clock: () => Date;
  readonly #byRef = new Map<string, EventRow[]>();
  /** The number of events that are already in `#byRef`. */
  #indexed = 0;

  constructor(tables: CircTables, clock: () => Date) {
    this.#events = tables.events;
    this.#clock = clock;
  }

  /** Writes an event. The numbers grow, with gaps at multiples of seven, because the vendor's numbers may have gaps. */
  write({ kind, cardNo, ref, itemNo = '', loanNo = '' }: NewEvent): void {
    const next = (this.#events.at(-1)?.seq ?? 0) + 1;
    const seq = next % 7 === 0 ? next + 1 : next;
    this.#events.push({ seq, at: stampOf(this.#clock()), kind, cardNo, itemNo, loanNo, ref });
  }

  /**
   * Returns at most `maxRows` events with numbers above `seq`, in the order of their numbers. Events older than 90 days
   * are left out.
   */
  after(seq: number, maxRows: number): EventRow[] {
    const found: EventRow[] = [];
    for (let index = this.#firstAfter(seq); index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (found.length === maxRows) {
        break;
      }
      if (event !== undefined && this.#isKept(event)) {
        found.push(event);
      }
    }
    return found;
  }

  /** Returns the index of the first event whose number is greater than `seq`. */
  #firstAfter(seq: number): number {
    let from = 0;
    let to = this.#events.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#events[middle]?.seq ?? 0) > seq) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  /**
   * Returns the events with a reference, oldest first. The empty reference finds none, although the events of library
   * desks have it.
   */
  byRef(ref: string): EventRow[] {
    for (; this.#indexed < this.#events.length; this.#indexed += 1) {
      this.#index(this.#events[this.#indexed]);
    }
    return (this.#byRef.get(ref) ?? []).filter((event) => this.#isKept(event));
  }

  #index(event: EventRow | undefined): void {
    if (event === undefined || event.ref === '') {
      return;
    }
    const others = this.#byRef.get(event.ref);
    if (others === undefined) {
      this.#byRef.set(event.ref, [event]);
    } else {
      others.push(event);
    }
  }

  #isKept(event: EventRow): boolean {
    return this.#clock().getTime() - momentOfStamp(event.at).getTime() <= KEPT_MS;
  }
}
