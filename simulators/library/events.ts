import type { SeedEvent, SeedItem, SeedLoan } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { LOAN_DAYS, OLDEST_LOAN_DAYS } from './loans.ts';
import { loanNo } from './numbers.ts';
import type { Random } from './random.ts';

/** Maximum age of an event, in days. The gateway's schema has statistics of lending for the same number of days. */
const HISTORY_DAYS = 30;
/** Desks are open from 10:00 to 20:00 in Hong Kong. */
const FIRST_HOUR = 10;
const MINUTES_A_DAY = 600;
/** The duration of ended loans, and the longest time that a copy is on the shelf between two loans, in days. */
const MIN_LENT_DAYS = LOAN_DAYS - 2;
const MAX_LENT_DAYS = LOAN_DAYS + 2;
const MAX_SHELF_DAYS = 6;
/**
 * The highest number of an ended loan. Ended loans are numbered downwards from it, in no order of time. Their numbers
 * are far above the numbers of present and later loans.
 */
const LAST_LOAN = 99_999_999;

interface Desks {
  /** The copies, including lent ones. */
  readonly items: readonly SeedItem[];
  readonly loans: readonly SeedLoan[];
  /** The cards in use. The card of each ended loan is one of these at random. */
  readonly cardNos: readonly string[];
}

/**
 * Makes the events at desks of the last thirty days, up to yesterday, in order. The present loans were made and renewed
 * at desks. Before its present loan, each copy was lent and returned several times. The events have no reference,
 * because desks send none. There are about four events per present loan.
 *
 * @example
 * A copy has been lent since 3 December. On 28 November it was returned from a loan that began on 14 November.
 */
export function generateEvents(
  { items, loans, cardNos }: Desks,
  calendar: Calendar,
  random: Random,
): SeedEvent[] {
  const timeline = new Timeline(calendar);
  const lentInDays = addPresentLoans(timeline, loans, calendar);
  let lastLoan = LAST_LOAN;
  for (const { itemNo, material, state } of items) {
    if (material === 'RF' || state === 'M') {
      continue;
    }
    let untilDay = lentInDays.get(itemNo) ?? 0;
    for (;;) {
      const backDay = untilDay - random.between(1, MAX_SHELF_DAYS);
      if (backDay < -HISTORY_DAYS) {
        break;
      }
      const outDay = backDay - random.between(MIN_LENT_DAYS, MAX_LENT_DAYS);
      const loan = { cardNo: random.pick(cardNos), itemNo, loanNo: loanNo(lastLoan) };
      timeline.add(backDay, random.between(0, MINUTES_A_DAY - 1), 'IN', loan);
      timeline.add(outDay, random.between(0, MINUTES_A_DAY - 1), 'OUT', loan);
      lastLoan -= 1;
      untilDay = outDay;
    }
  }
  return timeline.inOrder();
}

/** Adds the events of the present loans. Returns the day on which each copy was lent, as its distance from today. */
function addPresentLoans(
  timeline: Timeline,
  loans: readonly SeedLoan[],
  calendar: Calendar,
): ReadonlyMap<string, number> {
  const dayOf = new Map<string, number>();
  for (let day = -OLDEST_LOAN_DAYS; day <= LOAN_DAYS; day += 1) {
    dayOf.set(calendar.compact(day), day);
  }
  const lentInDays = new Map<string, number>();
  for (const loan of loans) {
    const outDay = dayOf.get(loan.outAt.slice(0, 8)) ?? -OLDEST_LOAN_DAYS;
    const minute = (Number(loan.outAt.slice(8, 10)) - FIRST_HOUR) * 60 + Number(loan.outAt.slice(10, 12));
    lentInDays.set(loan.itemNo, outDay);
    timeline.add(outDay, minute, 'OUT', loan);
    // The last renewal was 14 days before the due day. Earlier renewals are spread evenly between the day of lending
    // and the last renewal.
    const renewedDays = (dayOf.get(loan.dueOn) ?? 0) - LOAN_DAYS - outDay;
    for (let renewal = 1; renewal <= loan.renewals; renewal += 1) {
      const day = outDay + Math.round((renewedDays * renewal) / loan.renewals);
      timeline.add(day, minute, 'RNW', loan);
    }
  }
  return lentInDays;
}

/** Events, grouped by minute, because sorting more than a million events would take long. */
class Timeline {
  readonly #calendar: Calendar;
  readonly #minutes: SeedEvent[][] = Array.from({ length: HISTORY_DAYS * MINUTES_A_DAY }, () => []);

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** Adds an event, unless it is too old. `minute` is the number of minutes since the desks opened. */
  add(
    day: number,
    minute: number,
    kind: SeedEvent['kind'],
    { cardNo, itemNo, loanNo: number }: Pick<SeedLoan, 'cardNo' | 'itemNo' | 'loanNo'>,
  ): void {
    const position = (day + HISTORY_DAYS) * MINUTES_A_DAY + minute;
    this.#minutes[position]?.push({ seq: 0, at: '', kind, cardNo, itemNo, loanNo: number, ref: '' });
  }

  /**
   * Returns the events, numbered as in CIRC, without multiples of seven. Events of the same minute share the text of
   * their time.
   */
  inOrder(): SeedEvent[] {
    let seq = 0;
    return this.#minutes.flatMap((events, position) => {
      const at = this.#stampOf(position);
      for (const event of events) {
        seq += (seq + 1) % 7 === 0 ? 2 : 1;
        event.seq = seq;
        event.at = at;
      }
      return events;
    });
  }

  #stampOf(position: number): string {
    const minutes = position % MINUTES_A_DAY;
    const day = Math.floor(position / MINUTES_A_DAY) - HISTORY_DAYS;
    const hour = FIRST_HOUR + Math.floor(minutes / 60);
    return `${this.#calendar.compact(day)}${hour}${String(minutes % 60).padStart(2, '0')}00`;
  }
}
