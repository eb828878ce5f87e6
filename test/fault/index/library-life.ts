import { CircError } from '../../../simulators/circ/circ-error.ts';
import { Desk } from '../../../simulators/circ/desk.ts';
import { EventLog } from '../../../simulators/circ/event-log.ts';
import { Shelves } from '../../../simulators/circ/shelves.ts';
import type { Store } from '../../../simulators/tables/store.ts';
import { pick } from '../../support/random.ts';

/** Simulates events at the library's desks, directly in the tables of circulation and card management. */
export class LibraryLife {
  readonly #store: Store;
  readonly #random: () => number;
  readonly #desk: Desk;
  readonly #shelves: Shelves;
  readonly #cards: string[];
  readonly #items: readonly string[];
  readonly #titles: readonly string[];
  #newCards = 0;

  constructor(store: Store, random: () => number, clock: () => Date) {
    this.#store = store;
    this.#random = random;
    this.#shelves = new Shelves(store.circ, clock);
    this.#desk = new Desk(store.circ, clock, this.#shelves, new EventLog(store.circ, clock));
    this.#cards = [...store.circ.knownCards];
    this.#items = [...store.circ.items.keys()];
    // Some titles are requested more often, so that queues form and move.
    const titles = [...new Set([...store.circ.items.values()].map(({ bibNo }) => bibNo))];
    this.#titles = [...titles.slice(0, 5), ...titles.slice(0, 5), ...titles.slice(0, 40)];
  }

  /** Makes one random event happen, unless circulation refuses it. */
  act(): void {
    this.#shelves.lapse();
    try {
      this.#draw()();
    } catch (error) {
      if (!(error instanceof CircError)) {
        throw error;
      }
    }
  }

  #draw(): () => void {
    const random = this.#random;
    const card = pick(random, this.#cards);
    const loans = [...this.#store.circ.loans.values()];
    const holds = [...this.#store.circ.holds.values()].filter(({ state }) => state === 'Q' || state === 'R');
    const drawn = random();
    if (drawn < 0.35) {
      return () => this.#desk.checkOut(card, pick(random, this.#items), '');
    }
    if (drawn < 0.65 && loans.length > 0) {
      return () => this.#desk.checkIn(pick(random, loans).itemNo, '');
    }
    if (drawn < 0.75 && loans.length > 0) {
      return () => this.#desk.renew(pick(random, loans).loanNo, '');
    }
    if (drawn < 0.9) {
      return () => this.#desk.placeHold(card, pick(random, this.#titles), pick(random, ['HKCL', 'STCL']), '');
    }
    if (drawn < 0.97 && holds.length > 0) {
      return () => this.#desk.cancelHold(pick(random, holds).holdNo, '');
    }
    return () => this.#issueCard();
  }

  /** Issues a patron's new card and lends on it at once. The crawl may already have passed that patron. */
  #issueCard(): void {
    const [first] = this.#store.cms.cards.values();
    if (first === undefined) {
      return;
    }
    this.#newCards += 1;
    const cardNo = `2185299${String(this.#newCards).padStart(7, '0')}`;
    this.#store.cms.cards.put({ ...first, cardNo });
    this.#desk.registerCard(cardNo, '');
    this.#desk.checkOut(cardNo, pick(this.#random, this.#items), '');
    this.#cards.push(cardNo);
  }
}
