import { BRANCH_CODES } from '../branches.ts';
import type { SeedCard, SeedHold } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { isLendable, type Work } from './catalogue.ts';
import { holdNo } from './numbers.ts';
import type { Random } from './random.ts';

/** The maximum number of holds of a patron, queued and ready, on all cards together (R25). */
const MAX_HOLDS = 10;
/** Shares of holds that are ready, cancelled and lapsed. All others wait in a queue. */
const READY = 0.15;
const CANCELLED = 0.025;
const LAPSED = 0.015;
/** The share of patrons who may have holds. */
const HOLDERS = 0.3;
/** Queued holds are only on this share of all titles: the most popular ones. */
const QUEUED_TITLES = 0.06;
/** Ready holds are only on this share of all titles: the most popular ones. */
const READY_TITLES = 0.3;
/**
 * The minimum number of titles with holds, and of patrons who may have holds. Even in a small library there must be
 * this many, because one patron may hold ten different titles.
 */
const MIN_TITLES = 2 * MAX_HOLDS;

/** A patron who may place holds. `heldTitles` includes the titles held on all of their cards. */
export interface Holder {
  readonly cards: readonly SeedCard[];
  readonly heldTitles: Set<string>;
}

/**
 * Makes `count` holds, with numbers from `holdNo(first)`. Marks the copies that wait on the hold shelf. Positions in a
 * queue start at 1 and have no gaps. Holds in a queue are in the order in which they were placed. A patron holds a title
 * only once.
 */
export function generateHolds(
  { first, count }: { readonly first: number; readonly count: number },
  holders: readonly Holder[],
  works: readonly Work[],
  calendar: Calendar,
  random: Random,
): SeedHold[] {
  const maker = new HoldMaker(holders, works, calendar, random);
  const ofEach = {
    R: Math.round(count * READY),
    X: Math.round(count * CANCELLED),
    L: Math.round(count * LAPSED),
  };
  for (const state of ['R', 'X', 'L'] as const) {
    for (let made = 0; made < ofEach[state]; made += 1) {
      maker.make(state);
    }
  }
  for (let made = ofEach.R + ofEach.X + ofEach.L; made < count; made += 1) {
    maker.make('Q');
  }
  return maker.inOrder(first);
}

type NewHold = Omit<SeedHold, 'holdNo' | 'queuePos' | 'placedAt'> & { readonly placedDaysAgo: number };

class HoldMaker {
  readonly #holders: readonly Holder[];
  readonly #works: readonly Work[];
  readonly #calendar: Calendar;
  readonly #random: Random;
  readonly #made: NewHold[] = [];

  constructor(holders: readonly Holder[], works: readonly Work[], calendar: Calendar, random: Random) {
    const count = Math.max(MIN_TITLES, Math.round(holders.length * HOLDERS));
    this.#holders = holders.slice(0, count);
    this.#works = works;
    this.#calendar = calendar;
    this.#random = random;
  }

  make(state: SeedHold['state']): void {
    const holder = this.#holder();
    const work = this.#title(holder, state);
    const card = this.#random.pick(holder.cards);
    // An ended hold no longer counts towards the patron's limit.
    if (state === 'Q' || state === 'R') {
      holder.heldTitles.add(work.bibNo);
    }
    this.#made.push({
      cardNo: card.cardNo,
      bibNo: work.bibNo,
      pickupBranch: this.#random.pick(BRANCH_CODES),
      state,
      readyUntil: state === 'R' ? this.#calendar.compact(this.#random.between(0, 7)) : '',
      ref: '',
      placedDaysAgo: this.#random.between(8, 200),
    });
  }

  /** Returns the holds in the order in which they were placed, with numbers in this order, as in CIRC. */
  inOrder(first: number): SeedHold[] {
    const lengths = new Map<string, number>();
    return this.#made
      .sort((a, b) => b.placedDaysAgo - a.placedDaysAgo)
      .map(({ placedDaysAgo, ...hold }, index) => {
        const queuePos = hold.state === 'Q' ? (lengths.get(hold.bibNo) ?? 0) + 1 : 0;
        if (queuePos > 0) {
          lengths.set(hold.bibNo, queuePos);
        }
        const placedAt = `${this.#calendar.compact(-placedDaysAgo)}120000`;
        return { ...hold, holdNo: holdNo(first + index), queuePos, placedAt };
      });
  }

  #holder(): Holder {
    for (;;) {
      const holder = this.#random.pick(this.#holders);
      if (holder.heldTitles.size < MAX_HOLDS) {
        return holder;
      }
    }
  }

  /**
   * Chooses a title that the holder does not hold yet. A random popular title is tried first, then the titles after it.
   * For a ready hold, a copy of the title goes on the hold shelf.
   */
  #title({ heldTitles }: Holder, state: SeedHold['state']): Work {
    const share = state === 'R' ? READY_TITLES : QUEUED_TITLES;
    const among = Math.min(this.#works.length, Math.max(MIN_TITLES, Math.round(this.#works.length * share)));
    const drawn = Math.floor(among * this.#random.next() ** 2);
    for (let step = 0; step < this.#works.length; step += 1) {
      const work = this.#works[(drawn + step) % this.#works.length];
      if (work === undefined || heldTitles.has(work.bibNo)) {
        continue;
      }
      const shelved = state === 'R' ? work.copies.find(isLendable) : null;
      if (shelved === undefined) {
        continue;
      }
      if (shelved !== null) {
        shelved.state = 'H';
      }
      return work;
    }
    throw new Error('the library has too few titles for its holds');
  }
}
